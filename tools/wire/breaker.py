"""The circuit breaker: after too many failures in a row a system is left alone for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from purgatory import SyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from domain.errors import CircuitOpen, Unreachable
from tools.wire.calls import FailedAttempt


def _proves_alive(error: BaseException) -> bool:
    """Tell whether a failure shows that the system is there: a refusal and a throttle do."""
    return not (isinstance(error, FailedAttempt) and isinstance(error.error, Unreachable))


class Breaker:
    """Opens after ``threshold`` unusable answers in a row and lets one call try again after ``rest`` seconds."""

    def __init__(self, system: str, *, threshold: int = 10, rest: float = 30.0) -> None:
        self._system, self._rest = system, rest
        self._circuits = SyncCircuitBreakerFactory(
            default_threshold=threshold, default_ttl=rest, exclude=[(Exception, _proves_alive)]
        )

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Run one request; CircuitOpen where the system is being left alone."""
        try:
            with self._circuits.get_breaker(self._system):
                yield
        except OpenedState:
            fix = f"Wait {self._rest:.0f} seconds; the first call after that tests whether it answers again."
            raise CircuitOpen(
                f"Calls to {self._system} rest after too many failures in a row.", field="status", fix=fix
            ) from None
