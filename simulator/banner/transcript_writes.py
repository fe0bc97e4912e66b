"""Changing a rolled grade through Ethos: an adjustment of a transcript line, with its reason (E2, R93).

The media type `application/vnd.hedtech.integration.student-transcript-grades-adjustments.v1+json` makes a PUT of
`student-transcript-grades` an adjustment; the line itself cannot be written otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.banner.forms import apply_operation
from simulator.banner.grade_rows import CHANGE_REASONS, reason_guid
from simulator.banner.grade_rules import EXTENSION_NEEDED, INCOMPLETE_WRONG, NOT_LEGAL, STUDENT_WITHDREW, Refusal
from simulator.banner.grade_writes import day_in, id_in, invalid, letter_in, part_of, refused
from simulator.banner.letters import INCOMPLETE, NO_GRADE, WITHDRAWN, Letter
from simulator.banner.registration_writes import check_guids
from simulator.banner.state import BannerState
from simulator.banner.tables import PastGrade
from simulator.banner.transcript_views import find_past_grade, show_past_grade
from simulator.banner.wire import EthosError, Json
from simulator.world.operations import Kind, Operation

ERROR_CODE = "studentTranscriptGrades"
REASON_NEEDED, UNCHANGED = "Grade.ChangeReasonRequired", "Grade.Unchanged"
REASONS = frozenset(reason_guid(code) for code in CHANGE_REASONS)


def adjust_grade(state: BannerState, guid: str, body: Mapping[str, object]) -> Json:
    """Replace a grade of academic history; 404 for an unknown line, a refusal as in `grade_rules` otherwise."""
    line = find_past_grade(state, guid)
    if line is None:
        raise EthosError(404, "Global.Resource.NotFound", f"No student-transcript-grades with GUID {guid}.")
    check_guids(guid, body, ERROR_CODE)
    detail = part_of(body, "detail")
    letter, reason = letter_in(detail, "grade"), id_in(detail, "changeReason")
    words = _incomplete_words(detail)
    if refusal := _find_refusal(line, letter, reason, words):
        raise refused(state, refusal)
    words |= {"line": guid, "grade": letter.guid, "reason": str(reason)}
    apply_operation(state, Operation(state.clock.now(), Kind.GRADE_CHANGED, line.student.guid, detail=words))
    changed = find_past_grade(state, guid)
    assert changed is not None
    return show_past_grade(state, changed)


def _incomplete_words(detail: Mapping[str, object]) -> dict[str, str]:
    incomplete = part_of(detail, "incompleteGrade")
    extension_on = day_in(incomplete, "extensionDate")
    words = {"extension_on": extension_on.isoformat()} if extension_on else {}
    return words | ({"lapses_to": letter_in(incomplete, "finalGrade").guid} if incomplete.get("finalGrade") else {})


def _find_refusal(line: PastGrade, letter: Letter, reason: str | None, words: Mapping[str, str]) -> Refusal | None:
    if line.grade == WITHDRAWN:
        return Refusal(STUDENT_WITHDREW, "The student has withdrawn; the W cannot be replaced.")
    if reason is None:
        return Refusal(REASON_NEEDED, "A change reason is required.")
    if reason not in REASONS:
        raise invalid(f"The changeReason {reason!r} is not in grade-change-reasons.")
    if letter.scheme != line.scheme or letter.value in (WITHDRAWN, NO_GRADE):
        return Refusal(NOT_LEGAL, f"The grade {letter.value} is not valid for the student's grade scheme.")
    if letter.value == line.grade:
        return Refusal(UNCHANGED, f"The grade is {line.grade} already.")
    return _find_incomplete_refusal(letter, words)


def _find_incomplete_refusal(letter: Letter, words: Mapping[str, str]) -> Refusal | None:
    if letter.value == INCOMPLETE:
        missing = "extension_on" not in words
        return Refusal(EXTENSION_NEEDED, "An extension date is required for an incomplete.") if missing else None
    return Refusal(INCOMPLETE_WRONG, "Only an incomplete has incomplete grade details.") if words else None
