"""Submitting grades through Ethos: `student-unverified-grades-submissions`, whose answers are the base record.

A POST names the registration and carries the nil GUID; a PUT repeats the record's GUID and is merged: a column
that is not sent stays, and last date of attendance and never attended displace one another.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from simulator.banner.forms import apply_operation
from simulator.banner.grade_rows import GRADE_TYPES, GradeEntry, entry_guid, grade_type_guid
from simulator.banner.grade_rules import Refusal, Submission, find_refusal
from simulator.banner.grade_views import entry_of, find_entry, one_registration, show_entry
from simulator.banner.letters import BY_GUID, Letter
from simulator.banner.registration_writes import check_guids
from simulator.banner.state import BannerState
from simulator.banner.tables import NIL_GUID, Registration
from simulator.banner.wire import EthosError, Json
from simulator.world.operations import Kind, Operation

ERROR_CODE, INVALID = "studentUnverifiedGrades", "Validation.Exception"
NEVER = "neverAttended"


def invalid(message: str) -> EthosError:
    """A refusal of a request that makes no sense."""
    return EthosError(400, INVALID, message)


def submit_grade(state: BannerState, body: Mapping[str, object]) -> Json:
    """Enter a grade; EthosError 400 for a malformed body, a locked record, or a rule of `grade_rules`."""
    if body.get("id") != NIL_GUID:
        raise invalid("The id must be the nil GUID when creating a record.")
    guid = id_in(body, "sectionRegistration")
    rows = one_registration(state, guid) if guid else []
    if not rows:
        raise invalid("The sectionRegistration is not known.")
    known = entry_of(state, rows[0])
    return _enter(state, _read(rows[0], known, body, creates=True))


def resubmit_grade(state: BannerState, guid: str, body: Mapping[str, object]) -> Json:
    """Merge a change over unverified grades; 404 for an unknown record."""
    known = find_entry(state, guid)
    if known is None:
        raise EthosError(404, "Global.Resource.NotFound", f"No student-unverified-grades with GUID {guid}.")
    check_guids(guid, body, ERROR_CODE)
    row = known.registration
    if "sectionRegistration" in body and id_in(body, "sectionRegistration") != row.guid:
        raise invalid("The sectionRegistration of a grade cannot change.")
    return _enter(state, _read(row, known, body, creates=False))


def pretend_grade(_state: BannerState, guid: str | None, body: Mapping[str, object]) -> Json:
    """What a submission would answer, without entering anything."""
    sent = {"sectionRegistration": body.get("sectionRegistration"), "details": {"grades": [body.get("grade")]}}
    return {"id": guid or str(uuid.uuid4()), **sent}


def _enter(state: BannerState, sent: Submission) -> Json:
    row = sent.registration
    require_unlocked(state, row.guid, ERROR_CODE)
    if refusal := find_refusal(state, sent):
        raise refused(state, refusal)
    operation = Operation(
        state.clock.now(), Kind.GRADE_ENTERED, row.person.guid, (row.section.key,), detail=_detail(sent)
    )
    apply_operation(state, operation)
    return show_entry(state, state.grades[entry_guid(row.guid)])


def refused(state: BannerState, refusal: Refusal) -> EthosError:
    """A business refusal, with the status that the tenant sends."""
    return EthosError(200 if state.refuses_with_200 else 400, refusal.code, refusal.message)


def require_unlocked(state: BannerState, registration: str, code: str) -> None:
    """EthosError 400 as often as the record was locked for, then nothing."""
    if state.locks[registration] > 0:
        state.locks[registration] -= 1
        raise EthosError(400, code, "SFRSTCR record is locked.", "Unknown error code.")


def _read(row: Registration, known: GradeEntry | None, body: Mapping[str, object], *, creates: bool) -> Submission:
    grade = part_of(body, "grade")
    incomplete = part_of(grade, "incompleteGrade")
    attendance = part_of(body, "lastAttendance")
    if not grade and not attendance:
        raise invalid("A submission needs a grade or a last attendance.")
    never = attendance.get("status") == NEVER
    if never and attendance.get("date"):
        raise invalid("Never attended and a last date of attendance exclude one another.")
    return Submission(
        registration=row,
        known=known,
        column=_column(grade) if grade else None,
        letter=letter_in(grade, "grade") if grade else None,
        lapses_to=letter_in(incomplete, "finalGrade") if incomplete.get("finalGrade") else None,
        extension_on=day_in(incomplete, "extensionDate"),
        attended_until=day_in(attendance, "date"),
        never_attended=never,
        submitted_by=id_in(body, "submittedBy"),
        creates=creates,
    )


def _detail(sent: Submission) -> dict[str, str]:
    """The submission as the words of an operation."""
    words = {
        "column": sent.column,
        "grade": sent.letter.guid if sent.letter else None,
        "lapses_to": sent.lapses_to.guid if sent.lapses_to else None,
        "extension_on": sent.extension_on.isoformat() if sent.extension_on else None,
        "attended_until": sent.attended_until.isoformat() if sent.attended_until else None,
        "never_attended": "yes" if sent.never_attended else None,
        "submitted_by": sent.submitted_by,
    }
    return {name: word for name, word in words.items() if word is not None}


def part_of(body: Mapping[str, object], name: str) -> Mapping[str, object]:
    """A property that is an object, or nothing; 400 for another kind."""
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise invalid(f"The property {name} must be an object.")
    return value


def id_in(body: Mapping[str, object], name: str) -> str | None:
    """The GUID of a reference, or None where there is no reference; 400 for one without a GUID."""
    if name not in body:
        return None
    guid = part_of(body, name).get("id")
    if not isinstance(guid, str):
        raise invalid(f"The property {name}.id must be a GUID.")
    return guid


def letter_in(body: Mapping[str, object], name: str) -> Letter:
    """The letter that a reference names; 400 for one that no scheme has."""
    guid = id_in(body, name)
    if guid not in BY_GUID:
        raise invalid(f"The {name} {guid!r} is not in grade-definitions.")
    return BY_GUID[guid]


def day_in(body: Mapping[str, object], name: str) -> date | None:
    """A date, or None where it was not sent; 400 for what is none."""
    value = body.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise invalid(f"The property {name} must be a date such as 2026-12-18.") from error


def _column(grade: Mapping[str, object]) -> str:
    guid = id_in(grade, "type")
    for code in GRADE_TYPES:
        if grade_type_guid(code) == guid:
            return code
    raise invalid(f"The grade type {guid!r} is not in section-grade-types.")
