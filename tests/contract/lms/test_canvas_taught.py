"""Classes of a taught campus over TLS sockets, by a token that holds the declared scopes and no more (S222)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.engagement import EngagementKind
from domain.ids import SectionKey
from domain.learning import WorkKind
from domain.rules.drop.engagement import ACADEMIC
from simulator.campus import Campus
from simulator.faults import FaultKind, FaultRule
from tests.tools.canvas_campus import simulated_scope
from tests.tools.people import OpenHandles
from tools.lms.canvas.classroom import CanvasClassroom
from tools.lms.canvas.classroom.access import check_classroom
from tools.lms.canvas.scopes import Mode, required_scopes
from tools.wire import CostBudget, RetryPolicy, StaticBearer, TlsPolicy, WireClient

QUICK = RetryPolicy(attempts=3, throttled_attempts=6, first_wait=0.01, longest_wait=0.02, deadline=20)
READINGS = (
    *("read_assignments", "read_submissions", "read_contributions", "read_activity", "read_last_access"),
    *("read_gradebook", "read_mark_changes", "read_resources", "read_uses"),
)


@dataclass
class Taught:
    """A campus in which something is taught, and the connector to its Canvas."""

    campus: Campus
    client: WireClient
    classroom: CanvasClassroom
    handles: OpenHandles

    def students(self, section: SectionKey) -> set[str]:
        """The handles of those whom Canvas shows in a section, straight from the simulator's state."""
        state = self.campus.canvas
        place = state.section_by_sis(section.sis_section_id)
        assert place is not None
        rows = [row for row in state.enrollments_of_section(place.id) if row.type == "StudentEnrollment"]
        shown = {row.user_id for row in rows if row.workflow_state not in ("deleted", "rejected")}
        ids = {state.sis_user_id(state.users[user]) for user in shown}
        return {self.handles.handle(each) for each in ids if each}

    @property
    def cross_listed(self) -> SectionKey:
        """A section that is taught in the course of another."""
        return next(self._keys(lambda row: row.nonxlist_course_id is not None))

    @property
    def largest(self) -> SectionKey:
        """The section with the most rows."""
        state = self.campus.canvas
        rows = [row for row in state.sections.values() if row.sis_section_id and not row.nonxlist_course_id]
        row = max(rows, key=lambda each: len(state.enrollments_of_section(each.id)))
        key = SectionKey.parse(row.sis_section_id or "")
        assert key is not None
        return key

    def _keys(self, wanted) -> Iterator[SectionKey]:
        for row in self.campus.canvas.sections.values():
            key = SectionKey.parse(row.sis_section_id or "") if wanted(row) else None
            if key is not None:
                yield key


@pytest.fixture(scope="module")
def taught() -> Iterator[Taught]:
    with Campus.build(students=120, seed=11, learning="clean") as campus:
        handle = campus.handle
        scopes = tuple(map(simulated_scope, required_scopes(Mode.READ)))
        token = campus.canvas_face.tokens.issue("classes", scopes).value
        client = WireClient(
            handle["canvas"]["url"],
            StaticBearer(token),
            system="canvas",
            tls=TlsPolicy(ca_file=Path(handle["ca_file"])),
            retry=QUICK,
            budget=CostBudget(outflow=5000),
        )

        class CampusTime:
            def now(self) -> datetime:
                return campus.clock.now()

        handles = OpenHandles()
        zone = ZoneInfo(handle["calendar"]["timeZone"])
        with client:
            classroom = CanvasClassroom(client, "1", handles, zone=zone, clock=CampusTime(), page_size=20)
            yield Taught(campus, client, classroom, handles)


@pytest.mark.parametrize("name", READINGS)
def test_every_reading_of_a_class_is_whole_and_of_its_own_students(taught: Taught, name: str) -> None:
    fetch = getattr(taught.classroom, name)(taught.largest)
    assert (fetch.complete, fetch.findings) == (True, ())
    assert fetch.rows
    people = {row.person for row in fetch.rows if hasattr(row, "person")}
    assert people <= taught.students(taught.largest)


def test_r90_sections_taught_together_share_work_and_no_student(taught: Taught) -> None:
    own, state = taught.cross_listed, taught.campus.canvas
    place = state.section_by_sis(own.sis_section_id)
    assert place is not None
    beside = [row for row in state.sections.values() if row.course_id == place.course_id and row.id != place.id]
    other = next(key for row in beside if (key := SectionKey.parse(row.sis_section_id or "")))
    books = {key: taught.classroom.read_gradebook(key) for key in (own, other)}
    for key, fetch in books.items():
        assert {row.person for row in fetch.rows} == taught.students(key)
        assert {row.person for row in taught.classroom.read_submissions(key).rows} <= taught.students(key)
    assert [row.id for row in taught.classroom.read_assignments(own).rows] == [
        row.id for row in taught.classroom.read_assignments(other).rows
    ]


def test_since_gives_what_changed_and_nothing_else(taught: Taught) -> None:
    whole = taught.classroom.read_submissions(taught.largest).rows
    since = taught.campus.clock.now() - timedelta(days=6)
    changed = taught.classroom.read_submissions(taught.largest, since).rows
    moved = {
        (row.assignment, row.person)
        for row in whole
        if (row.submitted_at and row.submitted_at >= since) or (row.graded_at and row.graded_at >= since)
    }
    assert 0 < len(changed) < len(whole)
    assert {(row.assignment, row.person) for row in changed} == moved


def test_clicks_add_up_to_what_canvas_counted(taught: Taught) -> None:
    section, state = taught.largest, taught.campus.canvas
    days = taught.classroom.read_activity(section).rows
    seen = {row.person: row.at for row in taught.classroom.read_last_access(section).rows}
    assert {row.person for row in days} <= seen.keys()
    assert all(seen[row.person] is not None for row in days)
    assert state.analytics
    state.analytics = False
    try:
        fetch = taught.classroom.read_activity(section)
    finally:
        state.analytics = True
    assert (fetch.rows, fetch.complete) == ((), False)
    assert "switched off" in fetch.findings[0].message


def test_r99_engagement_of_a_student_agrees_with_the_readings_of_the_class(taught: Taught) -> None:
    section = taught.largest
    work = [row for row in taught.classroom.read_submissions(section).rows if row.submitted_at]
    person = work[0].person
    read = taught.classroom.read_engagement(section, person)
    assert read.complete
    done = {event.at for event in read.events if event.kind in ACADEMIC}
    assert {row.submitted_at for row in work if row.person == person} <= done
    talk = [row for row in taught.classroom.read_contributions(section).rows if row.person == person]
    assert {row.at for row in talk} <= {event.at for event in read.events if event.kind is EngagementKind.DISCUSSION}
    assert any(event.kind is EngagementKind.PAGE_VIEW for event in read.events)


def test_uses_name_resources_of_the_class_or_its_assignments(taught: Taught) -> None:
    section = taught.largest
    known = {row.id for row in taught.classroom.read_resources(section).rows}
    work = taught.classroom.read_assignments(section).rows
    known |= {f"assignment-{row.id}" for row in work}
    assert {row.kind for row in work} <= set(WorkKind) - {WorkKind.UNKNOWN}
    assert {row.resource for row in taught.classroom.read_uses(section).rows} <= known


def test_r73_a_throttled_campus_is_read_whole_all_the_same(taught: Taught) -> None:
    before = taught.classroom.read_submissions(taught.largest).rows
    taught.campus.faults.add(FaultRule(kind=FaultKind.THROTTLE, path="/students/submissions", count=2))
    fetch = taught.classroom.read_submissions(taught.largest)
    assert (fetch.complete, fetch.rows) == (True, before)


def test_doctor_finds_every_right_and_names_who_needs_one_that_is_missing(taught: Taught) -> None:
    everything = check_classroom(taught.client, "1", lambda *_: True)
    assert [check for check in everything if not check.ok] == []
    assert len(everything) == 9
    names = {check.name for check in check_classroom(taught.client, "1", lambda *_: False)}
    assert names == {"canvas assignments", "canvas modules", "canvas groups"}
    taught.campus.canvas.analytics = False
    try:
        lacking = [check for check in check_classroom(taught.client, "1", lambda *_: True) if not check.ok]
    finally:
        taught.campus.canvas.analytics = True
    assert [(check.name, check.needed_by) for check in lacking] == [
        ("canvas activity", "early alerts, course insights")
    ]
