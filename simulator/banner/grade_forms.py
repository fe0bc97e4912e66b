"""What operations on grades do: one is entered, a section's are rolled to history, a rolled one is changed (E2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from simulator.banner.grade_rows import (
    FINAL,
    TRANSCRIPT,
    UNVERIFIED,
    GradeEntry,
    GradeStep,
    Incomplete,
    Mark,
    RolledGrade,
    entry_guid,
)
from simulator.banner.grade_views import entry_of
from simulator.banner.letters import BY_GUID, INCOMPLETE, LAPSES_TO, NO_GRADE, letter_of
from simulator.banner.state import BannerState, Touched
from simulator.banner.tables import PastGrade, guid_of
from simulator.banner.transcript_views import RECORDED_AFTER, letter_on
from simulator.world.operations import Kind, Operation


def apply_entry(state: BannerState, operation: Operation) -> list[Touched]:
    """A grade or a last date of attendance is entered for registrations; what is not said stays."""
    touched: list[Touched] = []
    for key in operation.sections:
        row = state.registrations[guid_of("section-registrations", operation.person, *key)]
        guid = entry_guid(row.guid)
        change = "replaced" if guid in state.grades else "created"
        _fill(state, state.grades.setdefault(guid, GradeEntry(row)), operation)
        touched.append(Touched(UNVERIFIED, guid, change))
    return touched


def _fill(state: BannerState, entry: GradeEntry, operation: Operation) -> None:
    detail = operation.detail
    if "grade" in detail:
        letter = BY_GUID[detail["grade"]]
        entry.marks[detail["column"]] = Mark(letter, state.calendar.local_day(operation.at))
        if detail["column"] == FINAL:
            entry.incomplete = _incomplete(letter.scheme, detail) if letter.value == INCOMPLETE else None
    if "never_attended" in detail:
        entry.attended_until, entry.never_attended = None, True
    elif "attended_until" in detail:
        entry.attended_until, entry.never_attended = date.fromisoformat(detail["attended_until"]), False


def _incomplete(scheme: str, detail: Mapping[str, str]) -> Incomplete:
    stated = detail.get("lapses_to")
    lapses_to = BY_GUID[stated] if stated else letter_of(scheme, LAPSES_TO[scheme])
    return Incomplete(lapses_to, date.fromisoformat(detail["extension_on"]))


def apply_section_roll(state: BannerState, operation: Operation) -> list[Touched]:
    """The final grades of sections become transcript lines; who has none, or NR, is left for later."""
    rows = [row for key in operation.sections for row in state.rosters[key]]
    entries = [entry for row in rows if (entry := entry_of(state, row)) is not None and is_ready(entry)]
    return [_roll(state, entry, state.calendar.local_day(operation.at)) for entry in entries]


def is_ready(entry: GradeEntry) -> bool:
    """Whether a final grade waits for the roll."""
    return FINAL in entry.marks and not entry.rolled and entry.marks[FINAL].letter.value != NO_GRADE


def _roll(state: BannerState, entry: GradeEntry, on: date) -> Touched:
    row, letter = entry.registration, entry.marks[FINAL].letter
    student, course, key = row.person.guid, row.section.course, row.section.key
    guid = guid_of(TRANSCRIPT, student, key.term, course.code, key.crn)
    state.grades.setdefault(entry.guid, GradeEntry(row)).rolled = True
    line = PastGrade(guid, row.person, key.term, course, letter.value, letter.scheme)
    state.transcripts.setdefault(student, []).append(line)
    steps = [GradeStep(letter, on)]
    state.rolled[guid] = RolledGrade(student, row.section.guid, entry.guid, steps, entry.incomplete)
    return Touched(TRANSCRIPT, guid, "created")


def apply_grade_change(state: BannerState, operation: Operation) -> list[Touched]:
    """A grade of academic history is replaced; the former one stays in the line's history."""
    student, guid = str(operation.person), operation.detail["line"]
    letter, on = BY_GUID[operation.detail["grade"]], state.calendar.local_day(operation.at)
    lines = state.transcripts[student]
    place = next(number for number, line in enumerate(lines) if line.guid == guid)
    history = state.rolled.setdefault(guid, _history_of(state, lines[place]))
    history.steps.append(GradeStep(letter, on, operation.detail["reason"]))
    history.incomplete = _incomplete(letter.scheme, operation.detail) if letter.value == INCOMPLETE else None
    lines[place] = lines[place]._replace(grade=letter.value)
    return [Touched(TRANSCRIPT, guid, "replaced")]


def _history_of(state: BannerState, line: PastGrade) -> RolledGrade:
    """The history of a line from before the story began: the one grade it had."""
    recorded_on = state.calendar.terms[line.term].end_on + RECORDED_AFTER
    return RolledGrade(line.student.guid, None, None, [GradeStep(letter_on(line), recorded_on)])


GRADE_FORMS: Mapping[Kind, Callable[[BannerState, Operation], list[Touched]]] = {
    Kind.GRADE_ENTERED: apply_entry,
    Kind.GRADES_ROLLED: apply_section_roll,
    Kind.GRADE_CHANGED: apply_grade_change,
}
