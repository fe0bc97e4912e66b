"""What calls to models come to: tokens, cost and seconds, counted in this process for metrics, by purpose."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from threading import Lock
from typing import NamedTuple

from privacy.models.provider import Provider

_MILLION = Decimal(1_000_000)


class Outcome(StrEnum):
    """How a call ended."""

    ANSWERED = "answered"
    FAILED = "failed"
    ABANDONED = "abandoned"
    """The reader of a stream left before its end."""
    STOPPED = "stopped"
    """The boundary stopped it; nothing was sent."""


class Usage(NamedTuple):
    """Tokens of one call as the provider counted them; ``counted`` is False where it said nothing."""

    input_tokens: int = 0
    output_tokens: int = 0
    counted: bool = False


class Spent(NamedTuple):
    """The sums of the calls of one kind since the process began."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)
    seconds: float = 0.0


class CallKey(NamedTuple):
    """What calls are summed by."""

    provider: str
    model: str
    purpose: str
    outcome: Outcome


def cost_of(usage: Usage, provider: Provider) -> Decimal:
    """Return what a call cost in the provider's currency, from the prices per million tokens in the settings."""
    return (usage.input_tokens * provider.input_price + usage.output_tokens * provider.output_price) / _MILLION


class ModelCounters:
    """Counts calls in this process; safe for many threads. ``seen`` is told of each with its seconds."""

    def __init__(self, seen: Callable[[CallKey, Usage, float], None] | None = None) -> None:
        self._lock, self._spent, self._seen = Lock(), dict[CallKey, Spent](), seen

    def add(self, key: CallKey, usage: Usage, cost: Decimal, seconds: float) -> None:
        """Count one call."""
        with self._lock:
            was = self._spent.get(key, Spent())
            self._spent[key] = Spent(
                was.calls + 1,
                was.input_tokens + usage.input_tokens,
                was.output_tokens + usage.output_tokens,
                was.cost + cost,
                was.seconds + seconds,
            )
        if self._seen is not None:
            self._seen(key, usage, seconds)

    def snapshot(self) -> Mapping[CallKey, Spent]:
        """Return the sums as they stand."""
        with self._lock:
            return dict(self._spent)
