"""When to try again, and after how long: doubling waits with jitter, the other side's wish first, one deadline."""

import random
import time
from collections.abc import Callable

import tenacity

from domain.errors import Throttled
from tools.wire.calls import Call, FailedAttempt
from tools.wire.policies import RetryPolicy

_jitter = random.SystemRandom()


def build_retrying(policy: RetryPolicy, call: Call, sleep: Callable[[float], None]) -> tenacity.Retrying:
    """Return the retry loop for one call; it raises the last FailedAttempt."""
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, FailedAttempt) and error.may_repeat(call)),
        wait=lambda state: _next_wait(policy, state),
        stop=lambda state: _is_enough(policy, call, state),
        sleep=sleep,
        reraise=True,
    )


def _failure(state: tenacity.RetryCallState) -> FailedAttempt | None:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, FailedAttempt) else None


def _next_wait(policy: RetryPolicy, state: tenacity.RetryCallState) -> float:
    """Return the seconds to wait: full jitter under a doubling ceiling, or what the other side asked for if longer."""
    failure = _failure(state)
    ceiling = min(policy.longest_wait, policy.first_wait * 2.0 ** (state.attempt_number - 1))
    return max(failure.wait if failure else 0.0, _jitter.uniform(ceiling / 2, ceiling))


def _is_enough(policy: RetryPolicy, call: Call, state: tenacity.RetryCallState) -> bool:
    """Tell whether the tries are used up or the next wait would pass the deadline."""
    failure = _failure(state)
    throttled = failure is not None and isinstance(failure.error, Throttled)
    limit = policy.throttled_attempts if throttled else policy.attempts
    return state.attempt_number >= limit or time.monotonic() + state.upcoming_sleep > call.deadline
