"""Looking at records, before and after a write: one look, and a bounded wait for a write to show (R75)."""

import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from domain.changes import Change
from domain.errors import ConfigurationError, TransientError
from domain.ids import ChangeId
from domain.images import Image
from domain.ports import Observer
from governance.policy import ReadBack

Sleep = Callable[[float], None]


class Sight(StrEnum):
    """What a look shows of one change."""

    DONE = "done"
    UNTOUCHED = "untouched"
    MOVED = "moved"
    UNSEEN = "unseen"


def judge_image(change: Change, image: Image | None) -> Sight:
    """Tell whether a record is as wanted, as it was, or neither; no image at all is no answer.

    What is as wanted counts as done even where it was so before, so that nothing is written for nothing.
    """
    if image is None:
        return Sight.UNSEEN
    if image.satisfies(change.after):
        return Sight.DONE
    return Sight.UNTOUCHED if image.satisfies(change.before) else Sight.MOVED


class Looking:
    """Looks at records through the observers of the outside systems."""

    def __init__(self, observers: Mapping[str, Observer], pace: ReadBack, sleep: Sleep = time.sleep) -> None:
        self._observers = observers
        self._pace = pace
        self._sleep = sleep

    def look(self, changes: Sequence[Change]) -> dict[ChangeId, Sight]:
        """Look once at records of one system; ConfigurationError where there is no observer for it."""
        observer = self._observers.get(changes[0].target)
        if observer is None:
            fix = "Connect the system in the settings, or take it out of the plan."
            raise ConfigurationError(f"Nothing can look into {changes[0].target}.", field="observers", fix=fix)
        images = observer.observe(changes)
        return {change.change_id: judge_image(change, images.get(change.change_id)) for change in changes}

    def wait_for(self, changes: Sequence[Change]) -> dict[ChangeId, Sight]:
        """Look until every record is as wanted or the patience of the policy ends, and return the last look at each.

        An observer that cannot be reached is asked again within the same patience; then its error is raised.
        """
        seen: dict[ChangeId, Sight] = {}
        waiting, wait = list(changes), self._pace.wait_seconds
        for attempt in range(self._pace.attempts):
            if attempt:
                self._sleep(wait)
                wait *= 2
            last = attempt == self._pace.attempts - 1
            seen |= self._look_again(waiting, last=last)
            waiting = [change for change in waiting if seen.get(change.change_id) is not Sight.DONE]
            if not waiting:
                break
        return seen

    def _look_again(self, changes: Sequence[Change], *, last: bool) -> dict[ChangeId, Sight]:
        try:
            return self.look(changes)
        except TransientError:
            if last:
                raise
            return {}
