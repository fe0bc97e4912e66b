"""Grading as Ethos shows it: what may be entered for each registration, and what was entered.

`section-registrations-grade-options` has one record per registration, under the registration's own GUID; the
filter `section.id` is documented, `sectionRegistration.id` and `student.id` are offered besides and unconfirmed.
`grades` is empty where nothing may be entered: a section that is not gradable, a student who left.
`student-unverified-grades` knows the filters `student.id` and `sectionRegistration.id` and the named query
`section`; `section.id` as a criterion is unconfirmed. A student who withdrew has the W that Banner assigned (R80).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from simulator.banner.grade_rows import FINAL, GradeEntry, Mark, entry_guid, grade_type_guid
from simulator.banner.letters import (
    INCOMPLETE,
    LAPSES_TO,
    SCHEME_OF_MODE,
    WITHDRAWN,
    Letter,
    letter_of,
    letters_given,
    scheme_guid,
)
from simulator.banner.registration_views import list_registrations, registrations_in_section, registrations_of_person
from simulator.banner.state import BannerState
from simulator.banner.tables import Registration, Section
from simulator.banner.wire import Json, reference, without_blanks

EXTENSION = timedelta(days=120)
"""How long after its end a section's incompletes run by default."""


def is_gradable(section: Section) -> bool:
    """Whether a section takes grades: a lab's are given in its lecture, a cancelled section has none."""
    return section.primary is None and section.status != "cancelled"


def letters_for(row: Registration) -> tuple[Letter, ...]:
    """The letters that may be entered for a registration (R76)."""
    return letters_given(row.mode) if row.status.registered and is_gradable(row.section) else ()


def one_registration(state: BannerState, guid: str) -> list[Registration]:
    """The registration with this GUID, if it is exported."""
    row = state.registrations.get(guid)
    return [row] if row is not None and row.exported else []


def show_options(state: BannerState, row: Registration) -> Json:
    """What may be entered for a registration, and whether its grade is official."""
    return without_blanks(
        {
            "id": row.guid,
            "section": reference(row.section.guid),
            "sectionGradability": "gradable" if is_gradable(row.section) else "notGradable",
            "studentGradeScheme": reference(scheme_guid(SCHEME_OF_MODE[row.mode])),
            "gradeStatus": _grade_status(state, row),
            "grades": [_show_letter(state, row, letter) for letter in letters_for(row)],
        }
    )


def _grade_status(state: BannerState, row: Registration) -> str | None:
    entry = entry_of(state, row)
    if entry is None or FINAL not in entry.marks:
        return None
    return "verified" if entry.rolled else "unverified"


def _show_letter(state: BannerState, row: Registration, letter: Letter) -> Json:
    return without_blanks(
        {
            "grade": reference(letter.guid),
            "value": letter.value,
            "incompleteGradeDetails": _show_incomplete(state, row, letter),
            "lastDateOfAttendanceRequiredness": "required" if letter.needs_last_attendance else "notRequired",
        }
    )


def _show_incomplete(state: BannerState, row: Registration, letter: Letter) -> Json | None:
    if letter.value != INCOMPLETE:
        return None
    part = state.calendar.terms[row.section.key.term].part(row.section.part)
    return {
        "finalGradeDefault": reference(letter_of(letter.scheme, LAPSES_TO[letter.scheme]).guid),
        "finalGradeDefaultOverridability": "overridable",
        "extensionDateDefault": (part.end_on + EXTENSION).isoformat(),
    }


def entry_of(state: BannerState, row: Registration) -> GradeEntry | None:
    """What was entered for a registration; a withdrawal has its W whatever was entered before."""
    kept = state.grades.get(entry_guid(row.guid))
    if row.status.reason != "withdrawn":
        return kept
    entry = GradeEntry(row, dict(kept.marks) if kept else {}, rolled=kept.rolled if kept else False)
    entry.marks[FINAL] = Mark(letter_of("S", WITHDRAWN), row.status_on)
    entry.attended_until = row.involved_until
    return entry


def _entries(state: BannerState, rows: Iterable[Registration]) -> list[GradeEntry]:
    return [entry for row in rows if (entry := entry_of(state, row)) is not None]


def list_entries(state: BannerState) -> list[GradeEntry]:
    """Everything entered for registrations that Banner still exports."""
    return _entries(state, _graded(state))


def _graded(state: BannerState) -> Iterable[Registration]:
    withdrawn = [row for row in list_registrations(state) if row.status.reason == "withdrawn"]
    entered = (entry.registration for entry in state.grades.values())
    return {row.guid: row for row in (*withdrawn, *entered)}.values()


def find_entry(state: BannerState, guid: str) -> GradeEntry | None:
    """The unverified grades with this GUID, or None."""
    kept = state.grades.get(guid)
    if kept is not None:
        return entry_of(state, kept.registration) or kept
    return next((entry for entry in list_entries(state) if entry.guid == guid), None)


def entries_of_student(state: BannerState, guid: str) -> list[GradeEntry]:
    """What was entered for a student."""
    return _entries(state, registrations_of_person(state, guid))


def entries_of_registration(state: BannerState, guid: str) -> list[GradeEntry]:
    """What was entered for one registration."""
    return _entries(state, one_registration(state, guid))


def entries_in_section(state: BannerState, guid: str) -> list[GradeEntry]:
    """What was entered in a section."""
    return _entries(state, registrations_in_section(state, guid))


def show_entry(_state: BannerState, entry: GradeEntry) -> Json:
    """The unverified grades of a registration."""
    row = entry.registration
    return without_blanks(
        {
            "id": entry.guid,
            "student": reference(row.person.guid),
            "sectionRegistration": reference(row.guid),
            "awardGradeScheme": reference(scheme_guid(SCHEME_OF_MODE[row.mode])),
            "incompleteGrade": entry.incomplete.to_json() if entry.incomplete else None,
            "details": without_blanks({"grades": _show_marks(entry), "lastAttendance": _show_attendance(entry)}),
        }
    )


def _show_marks(entry: GradeEntry) -> list[Json]:
    return [
        without_blanks(
            {
                "type": reference(grade_type_guid(code)),
                "grade": reference(mark.letter.guid),
                "submittedOn": mark.submitted_on.isoformat() if mark.submitted_on else None,
            }
        )
        for code, mark in entry.marks.items()
    ]


def _show_attendance(entry: GradeEntry) -> Json | None:
    if entry.never_attended:
        return {"status": "neverAttended"}
    return {"date": entry.attended_until.isoformat()} if entry.attended_until else None
