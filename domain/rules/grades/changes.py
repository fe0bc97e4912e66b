"""When a change of grade may be asked for: after the roll or the window, to another legal letter, with a reason."""

from domain.changes import Tier
from domain.grades import GradeBlock, GradeMeaning, GradeOptions, GradeStage
from domain.rules.grades.case import hold

ROLLED = frozenset({GradeStage.ROLLED, GradeStage.CHANGE_OF_GRADE})
_NOT_ASKED_FOR = frozenset({GradeMeaning.WITHDRAWN, GradeMeaning.AUDIT, GradeMeaning.NO_GRADE, GradeMeaning.UNKNOWN})


def refusal_of_change(options: GradeOptions, letter: str, reason: str, *, window_over: bool) -> GradeBlock | None:
    """Say why no change can be asked for, or None where the registrar may decide it (R76, R80, R83, R93)."""
    asked, held = options.find(letter), options.find(options.final_letter or "")
    if not reason.strip():
        return _refuse("R93", "A change of grade needs a reason.", "Say in a few words why.")
    if options.stage not in ROLLED and not window_over:
        fix = "Submit it as usual: provost grades enter SECTION STUDENT --letter LETTER"
        return _refuse("R93", "The grade can still be submitted, so nothing has to be changed.", fix)
    if held is not None and held.meaning is GradeMeaning.WITHDRAWN:
        return _refuse("R80", "The registrar's W stays.", "Ask the registrar about the withdrawal itself.")
    if asked is None or asked.meaning in _NOT_ASKED_FOR:
        return _refuse("R76", "The SIS does not accept this letter for the student.", "Name one that it accepts.")
    if letter == options.final_letter:
        return _refuse("R96", "The record shows this grade already.", "Nothing has to be done.")
    return None


def _refuse(rule: str, reason: str, fix: str) -> GradeBlock:
    return hold(rule, reason, fix, Tier.HUMAN)
