"""One message goes astray in a history of a few operations: what Canvas makes of it is the difference."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from simulator.banner.forms import apply_operation
from simulator.banner.state import BannerState
from simulator.banner.tables import Course, Department, Person, Section, SectionKey
from simulator.canvas.state import CanvasState
from simulator.clock import CampusClock
from simulator.world.calendar import college_calendar
from simulator.world.carriage import Carrier, Delivery, furnish
from simulator.world.difference import Difference, compare
from simulator.world.feed import Feed
from simulator.world.operations import Kind, Operation
from simulator.world.practice import Message
from simulator.world.rehearsal import former_ids
from simulator.world.snapshot import take_snapshot
from simulator.world.transport import Fault, Transport, faithfully

TERM = "202680"
ONE, TWO = SectionKey(TERM, "10001"), SectionKey(TERM, "10002")
AS_OF = datetime(2026, 9, 21, 13, tzinfo=UTC)
APRIL, AUGUST = datetime(2026, 4, 10, 14, tzinfo=UTC), datetime(2026, 8, 10, 14, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 8, 14, tzinfo=UTC)
AFTER_CENSUS = datetime(2026, 9, 17, 14, tzinfo=UTC)

OPENED = [Operation(APRIL, Kind.SECTION_OPENED, sections=(key,)) for key in (ONE, TWO)]
ADMITTED = Operation(APRIL, Kind.ADMITTED, "p1")
REGISTERED = Operation(AUGUST, Kind.REGISTERED, "p1", (ONE,))
DROPPED = Operation(SEPTEMBER, Kind.DROPPED, "p1", (ONE,))
WITHDRAWN = Operation(AFTER_CENSUS, Kind.WITHDRAWN, "p1", (ONE,))
SWAPPED = Operation(SEPTEMBER, Kind.SWAPPED, "p1", (TWO,), (ONE,))
AUDITED = Operation(SEPTEMBER, Kind.AUDIT_CHOSEN, "p1", (ONE,))
REISSUED = Operation(SEPTEMBER, Kind.ID_REISSUED, "p1", detail={"banner_id": "A2"})
RENAMED = Operation(SEPTEMBER, Kind.FAMILY_NAME_CHANGED, "p1", detail={"last": "Reyes"})


def small_banner(clock: CampusClock) -> BannerState:
    """One course with two sections and one student, nothing done yet."""
    banner = BannerState(clock, college_calendar(TERM))
    math = Department("d1", "MATH", "Mathematics", "s1")
    calculus = Course("c1", math, "101", "Calculus", 3)
    banner.departments, banner.courses = {"d1": math}, {"c1": calculus}
    born = datetime(2006, 1, 1, tzinfo=UTC).date()
    person = Person("p1", "A1", "Ana", "", "Peña", "a@x", "apena", born, "1", frozenset({"student"}))
    banner.admit([person])
    banner.offer(
        Section(f"sec{key.crn}", key, "F", calculus, f"00{number}", "LEC", "CANVAS", 30, 5)
        for number, key in enumerate((ONE, TWO), start=1)
    )
    return banner


class Story:
    """A history told twice: faithfully, and with every message of some kinds struck by one fault."""

    def __init__(self, fault: Fault | None, operations: Sequence[Operation]) -> None:
        self.clock = CampusClock(APRIL)
        self.banner = small_banner(self.clock)
        self.feed = Feed(self.banner)
        self.opening = list(self.feed.opening_rows())
        messages = [self._tell(operation) for operation in [*OPENED, ADMITTED, *operations]]
        sections = ["202680-10001", "202680-10002"]
        self.transport = Transport(
            Random(1),
            TERM,
            AS_OF,
            addresses={name: [other for other in sections if other != name] for name in sections},
            related=frozenset(),
            seated=frozenset({"p1"}),
            faults=[fault] if fault else [],
        )
        self.twin = self._fill(list(faithfully(messages)))
        self.canvas = self._fill(self.transport.deliver(messages))

    def _tell(self, operation: Operation) -> Message:
        apply_operation(self.banner, operation)
        return self.feed.message(operation)

    def _fill(self, deliveries: list[Delivery]) -> CanvasState:
        canvas = CanvasState(self.clock)
        furnish(canvas, self.opening)
        Carrier(canvas, self.clock).carry(deliveries)
        return canvas

    def differences(self) -> list[Difference]:
        aliases = former_ids(self.banner)
        faithful, actual = take_snapshot(self.twin, aliases), take_snapshot(self.canvas, aliases)
        return compare(faithful, actual, lambda _section: "MATH101").differences

    def standing(self, canvas: CanvasState, section: str = "202680-10001") -> set[tuple[str, str]]:
        """Role and state of the student in a section."""
        found = take_snapshot(canvas, {}).enrollments
        return {(role, state) for key, rows in found.items() if key[0] == section for _, role, state in rows}


STUDENT = "StudentEnrollment"


@pytest.mark.parametrize(
    ("operations", "standing"),
    [
        ([REGISTERED], {(STUDENT, "active")}),
        ([REGISTERED, DROPPED], set()),
        ([REGISTERED, WITHDRAWN], {(STUDENT, "inactive")}),
        ([REGISTERED, DROPPED, REGISTERED._replace(at=AFTER_CENSUS)], {(STUDENT, "active")}),
        ([REGISTERED, AUDITED], {("Auditor", "active")}),
        ([REGISTERED, SWAPPED], set()),
        ([Operation(AUGUST, Kind.WAITLISTED, "p1", (ONE,))], set()),
        ([REGISTERED, Operation(SEPTEMBER, Kind.UNPAID, "p1", (ONE,))], set()),
        ([REGISTERED, Operation(SEPTEMBER, Kind.SECTION_CANCELLED, sections=(ONE,))], set()),
        (
            [REGISTERED, Operation(SEPTEMBER, Kind.HOLD_PLACED, "p1", detail={"category": "financial"})],
            {(STUDENT, "active")},
        ),
    ],
)
def test_registrars_practice(operations: list[Operation], standing: set[tuple[str, str]]) -> None:
    story = Story(None, operations)
    assert story.standing(story.twin) == standing
    assert story.differences() == []


@pytest.mark.parametrize(("at", "state"), [("2026-09-14T20:00Z", None), ("2026-09-15T20:00Z", "inactive")])
def test_r48_r49_leaving_on_the_census_day_is_a_drop(at: str, state: str | None) -> None:
    left = DROPPED._replace(at=datetime.fromisoformat(at))
    story = Story(None, [REGISTERED, left])
    assert story.standing(story.twin) == ({(STUDENT, state)} if state else set())


LOST_ADD = Fault("lost", (Kind.REGISTERED,), 1.0)
LOST_LEAVING = Fault("lost", (Kind.DROPPED, Kind.WITHDRAWN, Kind.SWAPPED, Kind.AUDIT_CHOSEN), 1.0)
REORDERED = Fault("reordered", (Kind.DROPPED, Kind.WITHDRAWN, Kind.SWAPPED), 1.0)


@pytest.mark.parametrize(
    ("fault", "operations", "kind", "found"),
    [
        (LOST_ADD, [REGISTERED], "enrollment", set()),
        (LOST_LEAVING, [REGISTERED, DROPPED], "enrollment", {(STUDENT, "active")}),
        (LOST_LEAVING, [REGISTERED, WITHDRAWN], "enrollment", {(STUDENT, "active")}),
        (LOST_LEAVING, [REGISTERED, SWAPPED], "enrollment", {(STUDENT, "active")}),
        (LOST_LEAVING, [REGISTERED, AUDITED], "enrollment", {(STUDENT, "active")}),
        (REORDERED, [REGISTERED, DROPPED], "enrollment", {(STUDENT, "active")}),
        (REORDERED, [REGISTERED, WITHDRAWN], "enrollment", {(STUDENT, "active")}),
        (Fault("wrong section", (Kind.REGISTERED,), 1.0), [REGISTERED], "enrollment", set()),
        (Fault("lost", (Kind.ID_REISSUED,), 1.0), [REGISTERED, REISSUED], "user", {(STUDENT, "active")}),
        (Fault("lost", (Kind.FAMILY_NAME_CHANGED,), 1.0), [REGISTERED, RENAMED], "user", {(STUDENT, "active")}),
    ],
)
def test_fault_makes_one_difference(
    fault: Fault, operations: list[Operation], kind: str, found: set[tuple[str, str]]
) -> None:
    story = Story(fault, operations)
    (only,) = story.differences()
    assert only.kind == kind
    assert story.standing(story.canvas) == found
    assert {struck.fault for struck in story.transport.struck.values()} == {fault.name}


def test_lost_swap_is_one_move_with_both_sections() -> None:
    (only,) = Story(LOST_LEAVING, [REGISTERED, SWAPPED]).differences()
    assert only.keys == {"section": "202680-10002", "person": "A1", "from_section": "202680-10001"}


def test_revived_enrolment_after_a_swap_is_an_extra_one() -> None:
    (only,) = Story(REORDERED, [REGISTERED, SWAPPED]).differences()
    assert (only.keys["section"], only.before) == ("202680-10001", None)


def test_wrong_role_replaces_the_right_one() -> None:
    story = Story(Fault("wrong role", (Kind.REGISTERED,), 1.0), [REGISTERED])
    (role, state), *more = story.standing(story.canvas)
    assert (role in ("TaEnrollment", "ObserverEnrollment"), state, more) == (True, "active", [])


def test_duplicated_message_makes_no_difference() -> None:
    fault = Fault("duplicated", (Kind.REGISTERED, Kind.DROPPED), 1.0)
    assert Story(fault, [REGISTERED, DROPPED]).differences() == []


def test_late_strikes_the_last_days_only() -> None:
    fault = Fault("late", (Kind.REGISTERED, Kind.WITHDRAWN), 1.0)
    recent = WITHDRAWN._replace(at=AS_OF - timedelta(days=1))
    (only,) = Story(fault, [REGISTERED, recent]).differences()
    assert only.after == {"enrollments": [{"type": STUDENT, "role": STUDENT, "state": "active"}]}
    assert Story(fault, [REGISTERED, WITHDRAWN]).differences() == []


def test_lost_section_takes_everyone_along() -> None:
    story = Story(Fault("lost", (Kind.SECTION_OPENED,), 0.5), [REGISTERED, SWAPPED])
    (only,) = story.differences()
    assert (only.kind, only.after) == ("section", None)


def test_feed_of_a_person_without_login_waits_for_it() -> None:
    clock = CampusClock(APRIL)
    banner = small_banner(clock)
    banner.persons["p1"].login = None
    feed = Feed(banner)
    for operation in OPENED:
        apply_operation(banner, operation)
    apply_operation(banner, REGISTERED)
    assert feed.message(REGISTERED).rows == ()
    issued = Operation(SEPTEMBER, Kind.LOGIN_ISSUED, "p1", detail={"login": "apena"})
    apply_operation(banner, issued)
    assert [row.file for row in feed.message(issued).rows] == ["users", "enrollments"]
