"""A student's standing as Ethos shows it: program, academic standing, load of a term, eligibility to register.

`student-academic-periods` has the vendor's properties (`person`, `academicLevels`, `academicLoads`) and beside them
the flat `student`, `academicLevel` and `academicLoad` that some tenants' readers expect; the flat ones are
unconfirmed. An eligibility has no `id`, as the vendor defines it, and is found by its filters only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from simulator.banner.people_views import list_students
from simulator.banner.schedule_views import level_guid, list_periods, period_guid
from simulator.banner.state import BannerState
from simulator.banner.tables import AUDIT, PastGrade, Person, guid_of
from simulator.banner.transcript_views import average
from simulator.banner.wire import Json, reference, without_blanks
from simulator.world.calendar import Term
from simulator.world.people import STUDENT

FULL_TIME = {"UG": 12, "GR": 9}
"""Hours from which a student of a level is full-time."""
MOST_HOURS = 18
STANDINGS = {"GOOD": "Good Standing", "WARN": "Academic Warning", "PROB": "Academic Probation"}
WARNED_BELOW, PROBATION_BELOW = Decimal("2.30"), Decimal("2.00")
BLOCKING_HOLDS = ("financial", "academic", "administrative", "disciplinary")


class StudentTerm(NamedTuple):
    """A student in a term."""

    person: Person
    term: Term

    @property
    def guid(self) -> str:
        """The GUID of the student's academic period."""
        return guid_of("student-academic-periods", self.person.guid, self.term.code)


class Standing(NamedTuple):
    """The standing that a student's last graded term gave."""

    person: Person
    term: str
    code: str

    @property
    def guid(self) -> str:
        """The GUID of the standing."""
        return guid_of("student-academic-standings", self.person.guid, self.term)


def one_student(state: BannerState, guid: str) -> list[Person]:
    """The student with this person GUID, if there is one."""
    person = state.persons.get(guid)
    return [person] if person is not None and STUDENT in person.roles else []


def program_titles(state: BannerState) -> dict[str, str]:
    """The programs of the campus by code: a bachelor's and a master's per department."""
    kinds = {"UG": "Bachelor", "GR": "Master"}
    departments = state.departments.values()
    return {f"{each.code}-{level}": f"{kind} of {each.title}" for each in departments for level, kind in kinds.items()}


def student_program_guid(person: Person) -> str:
    """The GUID of a student's enrolment in a program."""
    return guid_of("student-academic-programs", person.guid)


def show_program(state: BannerState, row: Person) -> Json:
    """The one program of a student, in the department of the student's major."""
    return {
        "id": student_program_guid(row),
        "student": reference(row.guid),
        "program": reference(guid_of("academic-programs", f"{row.department}-{row.level}")),
        "curriculumObjective": "matriculated",
        "preference": "primary",
        "academicLevel": reference(level_guid(row.level)),
        "startOn": next(iter(state.calendar.terms.values())).start_on.isoformat(),
        "enrollmentStatus": {"status": "active"},
    }


def list_standings(state: BannerState) -> list[Standing]:
    """The standing of every student who has grades."""
    return [each for guid in state.transcripts for each in standings_of(state, guid)]


def standings_of(state: BannerState, guid: str) -> list[Standing]:
    """The standing of one student; nobody without grades has one."""
    lines = state.transcripts.get(guid, [])
    if not lines:
        return []
    return [Standing(state.persons[guid], max(line.term for line in lines), _standing_code(lines))]


def _standing_code(lines: list[PastGrade]) -> str:
    value = average(lines).get("value")
    mean = Decimal(str(value)) if value is not None else WARNED_BELOW
    if mean < PROBATION_BELOW:
        return "PROB"
    return "WARN" if mean < WARNED_BELOW else "GOOD"


def show_standing(_state: BannerState, row: Standing) -> Json:
    """A standing, by academic period."""
    return {
        "id": row.guid,
        "student": reference(row.person.guid),
        "type": "academicPeriod",
        "level": reference(level_guid(row.person.level)),
        "academicPeriod": reference(period_guid(row.term)),
        "standing": reference(guid_of("academic-standings", row.code)),
    }


def list_student_terms(state: BannerState) -> list[StudentTerm]:
    """Every student in every term in which they hold or held a seat."""
    return [each for person in list_students(state) for each in terms_of(state, person.guid)]


def terms_of(state: BannerState, guid: str) -> list[StudentTerm]:
    """The terms of one student."""
    rows = [row for row in state.registrations_of.get(guid, ()) if row.exported]
    codes = sorted({row.section.key.term for row in rows})
    return [StudentTerm(state.persons[guid], state.calendar.terms[code]) for code in codes]


def hours_of(state: BannerState, row: StudentTerm) -> int:
    """Hours a student is registered for in a term; an audit counts none."""
    return sum(
        each.credit_hours
        for each in state.registrations_of.get(row.person.guid, ())
        if each.section.key.term == row.term.code and each.status.registered and each.mode != AUDIT
    )


def _load(state: BannerState, row: StudentTerm) -> str:
    hours = hours_of(state, row)
    if hours > MOST_HOURS:
        return "overload"
    return "fullTime" if hours >= FULL_TIME[row.person.level] else "partTime"


def show_student_term(state: BannerState, row: StudentTerm) -> Json:
    """A student's term with the load that the registrations of this moment make."""
    person, level, load = reference(row.person.guid), reference(level_guid(row.person.level)), _load(state, row)
    return {
        "id": row.guid,
        "person": person,
        "student": person,
        "academicPeriod": reference(period_guid(row.term.code)),
        "academicLevel": level,
        "academicLevels": [{"academicLevel": level, "priority": "primary"}],
        "academicLoad": load,
        "academicLoads": [{"basis": "overall", "academicLoad": load}],
    }


def list_eligibilities(state: BannerState) -> list[StudentTerm]:
    """Every student in the terms that are not over."""
    return [each for person in list_students(state) for each in eligibilities_of(state, person.guid)]


def eligibilities_of(state: BannerState, guid: str) -> list[StudentTerm]:
    """One student in the terms that are not over."""
    today = _today(state)
    open_terms = [term for term in state.calendar.terms.values() if term.end_on >= today]
    return [StudentTerm(person, term) for person in one_student(state, guid) for term in open_terms]


def show_eligibility(state: BannerState, row: StudentTerm) -> Json:
    """Whether a student may register in a term: holds keep them out, and so does a closed registration (R57)."""
    reasons = [*_hold_reasons(state, row.person), *_closed(state, row.term)]
    return without_blanks(
        {
            "student": reference(row.person.guid),
            "academicPeriod": reference(period_guid(row.term.code)),
            "startOn": row.term.schedule_published_on.isoformat(),
            "endOn": row.term.parts[0].add_drop_end_on.isoformat(),
            "eligibilityStatus": "ineligible" if reasons else "eligible",
            "ineligibilityReasons": reasons or None,
        }
    )


def _hold_reasons(state: BannerState, person: Person) -> list[str]:
    categories = {hold.category for hold in state.holds.values() if hold.person is person and hold.ended_on is None}
    return [
        f"A hold of category {category} prevents registration." for category in BLOCKING_HOLDS if category in categories
    ]


def _closed(state: BannerState, term: Term) -> Iterable[str]:
    is_open = term.schedule_published_on <= _today(state) <= term.parts[0].add_drop_end_on
    return () if is_open else ("Registration for the period is closed.",)


def in_period(state: BannerState, rows: Iterable[StudentTerm], guid: str) -> list[StudentTerm]:
    """Those of the term with this period GUID."""
    codes = {period.term.code for period in list_periods(state) if period.guid == guid and period.is_term}
    return [row for row in rows if row.term.code in codes]


def _today(state: BannerState) -> date:
    return state.calendar.local_day(state.clock.now())
