"""The process dies at any step of a drop, before or after it; whoever starts next doubles and loses nothing (S112)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.governance.campus import Crash
from tests.graphs.drops.campus import DropHouse
from tests.graphs.drops.conftest import Build

STEPS = (
    *("detect", "enrich", "propose_access", "propose_notices"),
    *("keep", "decide", "request", "authority", "record", "apply", "verify"),
)


class Fragile:
    """Another part, which dies once at one of its steps."""

    def __init__(self, part: Any, dies: Callable[[str], None]) -> None:
        self._part, self._dies = part, dies

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if name not in STEPS:
            return found

        def step(*given: Any) -> Any:
            self._dies(f"before {name}")
            answer = found(*given)
            self._dies(f"after {name}")
            return answer

        return step


class Deaths:
    """Dies the ``nth`` time that one place is passed."""

    def __init__(self, place: str, nth: int) -> None:
        self.place, self.left, self.died = place, nth, False

    def __call__(self, place: str) -> None:
        if place == self.place and not self.died:
            self.left -= 1
            self.died = self.left == 0
            if self.died:
                raise Crash


def live(house: DropHouse) -> None:
    """Hear of the drop and have its notice approved, starting anew as often as the process dies."""
    for _ in range(3):
        try:
            house.hear()
            break
        except Crash:
            house.house.rebuild()
    if house.pending():
        try:
            house.answer()
        except Crash:
            house.house.rebuild()
            house.hear()


def check(house: DropHouse) -> None:
    assert house.access() == "inactive"
    assert len(house.campus.effects) == len(set(house.campus.effects)) == 2
    assert len(house.campus.messages) == 1
    assert set(house.cases()) == {"withdrawal"}
    assert len(house.house.approvals.find()) == 1
    assert len(house.drops.statements()) == 1
    assert house.ledger.verify().ok


QUICK = {("after", "propose_notices", 1), ("after", "apply", 1), ("before", "verify", 3)}
"""Places that stand for their neighbours in the short run: a statement kept, a write made, the message sent."""


@pytest.mark.parametrize(
    ("side", "step", "nth"),
    [
        pytest.param(side, step, nth, marks=[] if (side, step, nth) in QUICK else [pytest.mark.slow])
        for side in ("before", "after")
        for step in STEPS
        for nth in ((1, 2, 3) if step in {"record", "apply", "verify"} else (1,))
    ],
)
def test_s112_a_crash_at_any_step_doubles_and_loses_nothing(build: Build, side: str, step: str, nth: int) -> None:
    deaths = Deaths(f"{side} {step}", nth)
    house = build(disturb=lambda part: Fragile(part, deaths))
    house.leave()
    live(house)
    assert deaths.died
    check(house)


@pytest.mark.parametrize("fault", ["crash before", "crash after"])
def test_s112_a_crash_in_the_middle_of_a_write_doubles_nothing(house: DropHouse, fault: str) -> None:
    house.leave()
    house.campus.faults = [fault]
    live(house)
    check(house)


@pytest.mark.parametrize("fault", ["crash before", "crash after"])
def test_s112_a_crash_while_the_message_is_sent_doubles_nothing(house: DropHouse, fault: str) -> None:
    house.leave()
    house.hear()
    house.campus.faults = [fault]
    live(house)
    check(house)
