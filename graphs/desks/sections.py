"""What an instructor sees of a class: who is in it, what was not handed in, and where the grades stand (R18, S256)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.errors import AccessDenied, ConfigurationError, ProvostError
from domain.grades import GradeColumn
from domain.ids import RecordHandle, SectionKey
from domain.learning import Assignment, Submission, WorkKind
from domain.principals import Principal, Role
from domain.records import Record, RegistrationStatus, Section
from graphs.desks.names import Named, word_people
from privacy.access import Question

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from graphs.sheet_view import SheetView

PURPOSE = "teaching"
FIELDS = ("name", "sis_id", "enrolment", "submission", "grade")
READERS = frozenset({Role.INSTRUCTOR, Role.DEPARTMENT_CHAIR, Role.REGISTRAR})
_ENDED = timedelta(days=30)
_ON_ROSTER = frozenset({RegistrationStatus.REGISTERED, RegistrationStatus.WITHDRAWN})


class Seat(Record):
    """One student of a class as its reader may see them; ``missing`` is what they owe, None where unknown."""

    who: Named
    status: RegistrationStatus
    missing: tuple[str, ...] | None = None


class Work(Record):
    """One piece of work that was due: how many handed it in, and how many of those who had to did not."""

    name: str
    due_at: datetime
    handed_in: int
    missing: int


class SheetState(Record):
    """Where the grades of a class stand, or why that cannot be told."""

    column: GradeColumn
    lines: int = 0
    kept: int = 0
    held: int = 0
    doubts: int = 0
    attested: bool = False
    problem: str = ""


class ClassView(Record):
    """One class: its section, the roster, work that was due, the sheet; ``read_at`` is when the roster was read."""

    section: Section
    seats: tuple[Seat, ...]
    work: tuple[Work, ...]
    work_known: bool
    sheet: SheetState
    read_at: datetime
    complete: bool


def list_taught(provost: "Provost", who: Principal) -> tuple[Section, ...]:
    """Return the classes that somebody teaches or assists in, those that still run first.

    Raises AccessDenied where the sign-in names no person, and what reading the SIS raises.
    """
    if who.person is None:
        fix = "Ask the administrator to name the person in your account."
        raise AccessDenied("Your account does not say which person you are.", field="person", fix=fix)
    after = (provost.clock.now() - _ENDED).date()
    found = provost.readers.relationships.read_taught(provost.identities.person(who.person), after)
    return tuple(sorted(found.rows, key=lambda row: (row.subject, row.course_number, row.sequence)))


def read_class(provost: "Provost", who: Principal, key: SectionKey) -> ClassView:
    """Return one class; AccessDenied where the reader may see nobody in it, ConfigurationError where there is none."""
    if not who.roles & READERS:
        fix = "Ask who teaches the class, or the registrar."
        raise AccessDenied("The page of a class is for those who teach it.", field=f"section {key}", fix=fix)
    section = provost.sis.read_section(key)
    if section is None:
        raise ConfigurationError("There is no such class.", field=f"section {key}", fix="Choose one from your list.")
    roster = provost.sis.read_section_registrations(key)
    handles = provost.identities.handles([row.person for row in roster.rows])
    status = {handles[row.person]: row.status for row in roster.rows if row.status in _ON_ROSTER}
    seen = _look(provost, who, key, frozenset(status))
    names = word_people(provost, seen["enrolment"], by_name=seen["name"], by_id=seen["sis_id"])
    assignments, submissions, known = _work(provost, key)
    registered = frozenset(person for person in seen["submission"] if status[person] is RegistrationStatus.REGISTERED)
    known = known and any(row.submitted_at for row in submissions)
    missing = _missing(submissions, assignments, registered)
    seats = (
        Seat(who=named, status=status[person], missing=missing.get(person, ()) if known else None)
        for person, named in names.items()
    )
    return ClassView(
        section=section,
        seats=tuple(sorted(seats, key=lambda seat: (-len(seat.missing or ()), seat.who.name, seat.who.person))),
        work=_totals(assignments, submissions, registered),
        work_known=known,
        sheet=read_sheet_state(provost, who, key),
        read_at=roster.read_at,
        complete=roster.complete,
    )


def read_sheet_state(provost: "Provost", who: Principal, key: SectionKey) -> SheetState:
    """Return where the class's grades stand in the column whose time it is; a problem is worded, not raised."""
    from graphs.grade_desk import GradeDesk

    column = column_now(provost, key)
    try:
        view: SheetView = GradeDesk(provost).sheet(who, key, column)
    except ProvostError as failure:
        return SheetState(column=column, problem=f"{failure.message} {failure.fix}".strip())
    sheet = view.looked.sheet
    return SheetState(
        column=column,
        lines=len(sheet.lines),
        kept=len(sheet.kept),
        held=len(sheet.already_held),
        doubts=sum(state.value == "open" for _, state in view.doubts),
        attested=view.looked.attested,
        problem=" ".join(stop.reason for stop in sheet.stops),
    )


def column_now(provost: "Provost", key: SectionKey) -> GradeColumn:
    """Return interim while an interim window is open in the term, else final."""
    today = provost.clock.now().astimezone(provost.institution.zone).date()
    windows = provost.institution.grading.interim
    opened = any(window.open_on <= today <= window.freeze_on for window in windows)
    return GradeColumn.INTERIM if opened and provost.institution.calendar(key.term) else GradeColumn.FINAL


def _look(
    provost: "Provost", who: Principal, key: SectionKey, people: frozenset[RecordHandle]
) -> dict[str, frozenset[RecordHandle]]:
    answer = provost.access.ask(Question(reader=who, fields=FIELDS, people=people, purpose=PURPOSE, section=key))
    if people and not answer.permitted["enrolment"]:
        decision = answer.of(min(people), "enrolment")
        fix = "The instructor of record and the registrar may look."
        raise AccessDenied(decision.reason if decision else "No answer.", field=f"section {key}", fix=fix)
    return answer.permitted


def _work(provost: "Provost", key: SectionKey) -> tuple[list[Assignment], list[Submission], bool]:
    """Return what was due by now and what was handed in; False where that could not be read whole."""
    classroom, now = provost.readers.classroom, provost.clock.now()
    if classroom is None:
        return [], [], False
    try:
        asked, given = classroom.read_assignments(key), classroom.read_submissions(key)
    except ProvostError:
        return [], [], False
    due = [one for one in asked.rows if one.published and one.due_at and one.due_at <= now and _handed_in_online(one)]
    return sorted(due, key=lambda one: (one.due_at or now, one.id)), list(given.rows), asked.complete and given.complete


def _handed_in_online(work: Assignment) -> bool:
    return work.kind in {WorkKind.ASSIGNMENT, WorkKind.QUIZ, WorkKind.DISCUSSION}


def _missing(
    submissions: Iterable[Submission], assignments: Iterable[Assignment], people: frozenset[RecordHandle]
) -> dict[RecordHandle, tuple[str, ...]]:
    """Return by person the names of what was due and not handed in, oldest first; excused work is not missing.

    Work that nobody handed in is collected elsewhere, as far as anybody can tell, and nobody owes it (S158).
    """
    settled = {(row.person, row.assignment) for row in submissions if row.submitted_at or row.excused or row.score}
    collected = {assignment for _, assignment in settled}
    found: dict[RecordHandle, list[str]] = defaultdict(list)
    for work in (one for one in assignments if one.id in collected):
        for person in people:
            if (person, work.id) not in settled:
                found[person].append(work.name)
    return {person: tuple(names) for person, names in found.items()}


def _totals(
    assignments: Iterable[Assignment], submissions: Iterable[Submission], people: frozenset[RecordHandle]
) -> tuple[Work, ...]:
    settled: dict[int, set[RecordHandle]] = defaultdict(set)
    for row in submissions:
        if row.submitted_at or row.excused or row.score:
            settled[row.assignment].add(row.person)
    return tuple(
        Work(
            name=work.name,
            due_at=work.due_at,
            handed_in=len(settled[work.id] & people),
            missing=len(people - settled[work.id]),
        )
        for work in assignments
        if work.due_at is not None
    )
