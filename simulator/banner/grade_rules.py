"""Why Banner refuses a grade: one rule after the other, each with a code and a sentence.

The vendor's public pages show that such refusals arrive, not their codes; these are ours and unconfirmed. They
arrive with status 400, or with 200 and an `errors` array where the tenant is set so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from simulator.banner.grade_rows import FINAL, MIDTERM, GradeEntry
from simulator.banner.grade_views import is_gradable, letters_for
from simulator.banner.letters import INCOMPLETE, NO_GRADE, Letter
from simulator.banner.state import BannerState
from simulator.banner.tables import AUDIT, Registration
from simulator.world.calendar import PartOfTerm

OF_RECORD = ("primary", "secondary")
NOT_GRADABLE, AUDITED, NOT_LEGAL = "Grade.NotGradable", "Grade.AuditMode", "Grade.NotInScheme"
ROLLED, ATTENDANCE_NEEDED = "Grade.AlreadyRolled", "Grade.LastAttendanceRequired"
ATTENDANCE_WRONG, INCOMPLETE_WRONG = "Grade.LastAttendanceInvalid", "Grade.IncompleteInvalid"
EXTENSION_NEEDED, STUDENT_WITHDREW = "Grade.ExtensionRequired", "Grade.StudentWithdrawn"
NOT_REGISTERED, NOT_INSTRUCTOR = "Grade.NotRegistered", "Grade.SubmitterNotInstructor"
WINDOW_CLOSED, ENTERED = "Grade.WindowClosed", "Grade.AlreadyEntered"


class Submission(NamedTuple):
    """What someone wants entered; what was not sent is None. `known` is what the record holds already."""

    registration: Registration
    known: GradeEntry | None
    column: str | None
    letter: Letter | None
    lapses_to: Letter | None
    extension_on: date | None
    attended_until: date | None
    never_attended: bool
    submitted_by: str | None
    creates: bool

    @property
    def is_final(self) -> bool:
        """Whether a final grade is sent."""
        return self.column == FINAL and self.letter is not None


class Refusal(NamedTuple):
    """A code and a sentence."""

    code: str
    message: str


def refuse_standing(_state: BannerState, sent: Submission) -> Refusal | None:
    """A student who withdrew keeps the W, one who left otherwise has no grade (R80)."""
    status = sent.registration.status
    if status.reason == "withdrawn":
        return Refusal(STUDENT_WITHDREW, "The student has withdrawn; the W cannot be replaced.")
    return None if status.registered else Refusal(NOT_REGISTERED, "The student is not registered in this section.")


def refuse_gradability(_state: BannerState, sent: Submission) -> Refusal | None:
    """Labs and cancelled sections take no grades."""
    section = sent.registration.section
    return None if is_gradable(section) else Refusal(NOT_GRADABLE, f"CRN {section.key.crn} is not gradable.")


def refuse_rolled(_state: BannerState, sent: Submission) -> Refusal | None:
    """A rolled grade changes by an adjustment only (R93)."""
    if sent.known is not None and sent.known.rolled:
        return Refusal(ROLLED, "The grade has been rolled to academic history and cannot be changed here.")
    return None


def refuse_submitter(state: BannerState, sent: Submission) -> Refusal | None:
    """Whoever is named as submitter must be an instructor of record; assistants are not (R92)."""
    key = sent.registration.section.key
    teachers = {row.person.guid for row in state.teachers_of(key) if row.role in OF_RECORD}
    if sent.submitted_by is None or sent.submitted_by in teachers:
        return None
    return Refusal(NOT_INSTRUCTOR, f"The submitter is not an instructor of record for CRN {key.crn}.")


def refuse_letter(_state: BannerState, sent: Submission) -> Refusal | None:
    """The letter must be one of the registration's own (R76, R79); no grade now replaces nothing (R83)."""
    letter, row = sent.letter, sent.registration
    if letter is None:
        return None
    if letter not in letters_for(row):
        if row.mode == AUDIT:
            return Refusal(AUDITED, "The registration is an audit; only AU or NR may be entered.")
        return Refusal(NOT_LEGAL, f"The grade {letter.value} is not valid for the student's grade scheme.")
    entered = sent.known.marks.get(str(sent.column)) if sent.known else None
    if letter.value == NO_GRADE and entered is not None and entered.letter.value != NO_GRADE:
        return Refusal(NOT_LEGAL, "A submitted grade cannot be replaced by NR.")
    return None


def refuse_second_post(_state: BannerState, sent: Submission) -> Refusal | None:
    """A grade that is entered already is changed by PUT."""
    if sent.creates and sent.known is not None and sent.column in sent.known.marks:
        return Refusal(ENTERED, f"A {sent.column} grade is already entered for this registration.")
    return None


def refuse_window(state: BannerState, sent: Submission) -> Refusal | None:
    """Each column is open for a time, in the campus's own days (R93, R94, R114)."""
    if sent.letter is None:
        return None
    section = sent.registration.section
    part = state.calendar.terms[section.key.term].part(section.part)
    opens, closes = WINDOWS[str(sent.column)](part)
    if opens <= state.calendar.local_day(state.clock.now()) <= closes:
        return None
    return Refusal(WINDOW_CLOSED, f"{sent.column} grades of CRN {section.key.crn} are taken {opens} to {closes}.")


def refuse_incomplete(state: BannerState, sent: Submission) -> Refusal | None:
    """An incomplete needs its date and lapses to a letter that ends it; other grades have neither (R81)."""
    row, terms_sent = sent.registration, sent.lapses_to or sent.extension_on
    if not sent.is_final or sent.letter is None or sent.letter.value != INCOMPLETE:
        return (
            Refusal(INCOMPLETE_WRONG, "Only a final incomplete has incomplete grade details.") if terms_sent else None
        )
    if sent.extension_on is None:
        return Refusal(EXTENSION_NEEDED, "An extension date is required for an incomplete.")
    if sent.extension_on <= state.calendar.terms[row.section.key.term].part(row.section.part).end_on:
        return Refusal(INCOMPLETE_WRONG, "The extension date must lie after the end of the section.")
    if sent.lapses_to is not None and not _ends_incomplete(sent.lapses_to, row):
        return Refusal(INCOMPLETE_WRONG, f"An incomplete cannot lapse to {sent.lapses_to.value}.")
    return None


def _ends_incomplete(letter: Letter, row: Registration) -> bool:
    return letter in letters_for(row) and letter.value not in (INCOMPLETE, NO_GRADE)


def refuse_attendance(state: BannerState, sent: Submission) -> Refusal | None:
    """A failing final grade needs the last date of attendance or never attended (R84)."""
    today = state.calendar.local_day(state.clock.now())
    if sent.attended_until is not None and sent.attended_until > today:
        return Refusal(ATTENDANCE_WRONG, "The last date of attendance lies in the future.")
    said = sent.attended_until or sent.never_attended
    known = sent.known is not None and (sent.known.attended_until or sent.known.never_attended)
    if sent.is_final and sent.letter is not None and sent.letter.needs_last_attendance and not said and not known:
        return Refusal(ATTENDANCE_NEEDED, f"A last date of attendance is required for {sent.letter.value}.")
    return None


def _midterm_window(part: PartOfTerm) -> tuple[date, date]:
    return part.start_on, part.interim_freeze_on


def _final_window(part: PartOfTerm) -> tuple[date, date]:
    return part.grades_open_on, part.grades_due_on


WINDOWS: Mapping[str, Callable[[PartOfTerm], tuple[date, date]]] = {MIDTERM: _midterm_window, FINAL: _final_window}
RULES = (
    *(refuse_standing, refuse_gradability, refuse_rolled, refuse_submitter, refuse_letter),
    *(refuse_second_post, refuse_window, refuse_incomplete, refuse_attendance),
)
"""The rules in the order in which Banner looks."""


def find_refusal(state: BannerState, sent: Submission) -> Refusal | None:
    """The first rule that a submission breaks, or None."""
    return next((refusal for rule in RULES if (refusal := rule(state, sent)) is not None), None)
