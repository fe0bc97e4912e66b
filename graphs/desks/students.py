"""One student as one reader may see them: field by field, each look on record (R21)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from pydantic import Field

from domain.access import Action
from domain.calendar import first_day
from domain.errors import AccessDenied, ProvostError
from domain.ids import RecordHandle, TermCode
from domain.learning import HeldSeat, PastCourse, Programme, Standing
from domain.principals import Principal
from domain.records import Record
from domain.rules.alerts import may_see_score
from graphs.desks.alerts import StudentCase, read_student
from graphs.desks.drops import FIELDS as STATEMENT_FIELDS
from graphs.desks.drops import list_statements
from graphs.desks.names import Named, word_people
from graphs.desks.student_file import FIELDS as FILE
from graphs.desks.student_file import PURPOSE as INSPECTION
from privacy.access import Question

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from graphs.desks.drops import Shown

PURPOSE = "student record"
FIELDS = (
    *("name", "sis_id", "email", "program", "standing", "advisor", "enrolment", "grade", "submission", "activity"),
    *("history", "risk", "case", "ledger"),
)
T = TypeVar("T")


class StudentView(Record):
    """What a reader may see of a student; what they may not see is empty, and ``denied`` says why.

    ``unread`` names what the reader may see and a system could not tell.
    """

    named: Named
    email: str = ""
    programmes: tuple[Programme, ...] = ()
    standing: Standing | None = None
    past: tuple[PastCourse, ...] = ()
    case: StudentCase | None = None
    classes: tuple[HeldSeat, ...] = ()
    exportable: bool = False
    statements: tuple[tuple[str, str], ...] = ()
    seen: frozenset[str] = frozenset()
    denied: dict[str, str] = Field(default_factory=dict)
    unread: tuple[str, ...] = ()


def find_student(provost: "Provost", who: Principal, word: str) -> RecordHandle:
    """Return the handle of a student named by SIS id or handle.

    Raises AccessDenied both where nobody has it and where the reader may see nothing, so that ids cannot be guessed.
    """
    found = provost.identities.find(word.strip())
    if found is None or not _look(provost, who, found)[0]:
        fix = "Check the id, or ask the student's advisor or the registrar."
        raise AccessDenied("Nobody by this id is yours to see.", field="student", fix=fix)
    return found


def read_student_page(provost: "Provost", who: Principal, person: RecordHandle) -> StudentView:
    """Return one student; AccessDenied where the reader may see nothing of them."""
    seen, denied = _look(provost, who, person)
    if not seen:
        fix = "Ask the student's advisor or the registrar."
        raise AccessDenied(next(iter(denied.values()), "No answer."), field=f"person {person}", fix=fix)
    unread: list[str] = []
    scored = {"risk", "case"} <= seen and may_see_score(who.roles)
    return StudentView(
        named=_named(provost, person, seen),
        email=_email(provost, person) if "email" in seen else "",
        programmes=_try(unread, "programme", lambda: _programmes(provost, person)) or () if "program" in seen else (),
        standing=_try(unread, "standing", lambda: _standing(provost, person)) if "standing" in seen else None,
        past=_try(unread, "earlier courses", lambda: _past(provost, person)) or ()
        if {"grade", "history"} <= seen
        else (),
        case=read_student(provost, who, person) if scored else None,
        statements=_statements(provost, who, person) if seen.issuperset(STATEMENT_FIELDS) else (),
        classes=_try(unread, "classes", lambda: _classes(provost, person)) or () if "enrolment" in seen else (),
        exportable=_may_export(provost, who, person),
        seen=seen,
        denied=denied,
        unread=tuple(unread),
    )


def _look(provost: "Provost", who: Principal, person: RecordHandle) -> tuple[frozenset[str], dict[str, str]]:
    """Return which fields the reader may see, and why each other one is denied."""
    question = Question(reader=who, fields=FIELDS, people=frozenset({person}), purpose=PURPOSE)
    answer = provost.access.ask(question)
    seen = frozenset(field for field, people in answer.permitted.items() if people)
    reasons = {field: answer.of(person, field) for field in FIELDS if field not in seen}
    return seen, {field: decision.reason for field, decision in reasons.items() if decision}


def _may_export(provost: "Provost", who: Principal, person: RecordHandle) -> bool:
    """Tell whether the reader would be given anything of the student's file; nothing is shown by asking."""
    people = frozenset({person})
    asked = Question(reader=who, fields=FILE, people=people, purpose=INSPECTION, action=Action.EXPORT)
    return any(provost.access.explain(asked).permitted.values())


def _named(provost: "Provost", person: RecordHandle, seen: frozenset[str]) -> Named:
    by_name, by_id = ({person} if field in seen else frozenset() for field in ("name", "sis_id"))
    return word_people(provost, [person], by_name=by_name, by_id=by_id)[person]


def _email(provost: "Provost", person: RecordHandle) -> str:
    known = provost.boundary.known.identities([person]).get(person)
    return known.emails[0] if known and known.emails else ""


def _programmes(provost: "Provost", person: RecordHandle) -> tuple[Programme, ...]:
    records = provost.readers.records
    return records.read_programmes([person]).rows if records else ()


def _classes(provost: "Provost", person: RecordHandle) -> tuple[HeldSeat, ...]:
    """Return the classes of the running term and those ahead."""
    seats, term = provost.readers.seats, _term(provost)
    rows = seats.read_seats(person).rows if seats else ()
    return tuple(row for row in rows if term is None or row.section.key.term >= term)


def _standing(provost: "Provost", person: RecordHandle) -> Standing | None:
    records, term = provost.readers.records, _term(provost)
    rows = records.read_standings([person], term).rows if records and term else ()
    return rows[0] if rows else None


def _past(provost: "Provost", person: RecordHandle) -> tuple[PastCourse, ...]:
    records = provost.readers.records
    rows = records.read_past_courses([person]).rows if records else ()
    return tuple(sorted(rows, key=lambda row: (row.term, row.course), reverse=True))


def _statements(provost: "Provost", who: Principal, person: RecordHandle) -> tuple[tuple[str, str], ...]:
    shown: list[Shown] = list_statements(provost, who, person)
    return tuple((one.row.run, one.row.made_at.isoformat()) for one in shown)


def _term(provost: "Provost") -> TermCode | None:
    today = provost.clock.now().astimezone(provost.institution.zone).date()
    begun = [one for one in provost.institution.calendars if first_day(one) <= today]
    return max(begun, key=first_day).term if begun else None


def _try(unread: list[str], what: str, read: Callable[[], T]) -> T | None:
    """Return what a read brings; where the system fails, note it, so that nothing is taken for there being none."""
    try:
        return read()
    except ProvostError:
        unread.append(what)
        return None
