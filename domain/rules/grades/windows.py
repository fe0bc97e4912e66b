"""When grades are taken: final window, roll to history, interim column, in campus time (R93, R94, R114)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.calendar import day_end, day_start
from domain.changes import Tier
from domain.grades import GradeBlock, GradeColumn, GradeOptions, GradeStage, GradingPractice
from domain.institution import PartOfTerm
from domain.rules.grades.case import hold, stop

_CHANGE = "File a change of grade with the registrar."


def window_over(part: PartOfTerm, zone: ZoneInfo, now: datetime) -> bool:
    """Tell whether the last second of the last grading day on campus has passed (R114)."""
    return now > day_end(part.grades_close_on, zone)


def judge_final_window(part: PartOfTerm | None, zone: ZoneInfo, now: datetime) -> GradeBlock | None:
    """Stop final grades outside their window; without a published calendar nothing goes (R93)."""
    if part is None:
        return stop("R93", "No grading window is published for this part of term.", "Add the dates to the calendar.")
    if now < day_start(part.grades_open_on, zone):
        return stop("R93", f"Grading opens on {part.grades_open_on}.", "Submit from that day on.")
    if window_over(part, zone, now):
        return stop("R93", f"Grading closed at the end of {part.grades_close_on}.", _CHANGE)
    return None


def judge_stage(options: GradeOptions, column: GradeColumn) -> GradeBlock | None:
    """Hold a final grade once it is rolled, or when nobody knows how far it is: people change it (R93, E2)."""
    if column is GradeColumn.INTERIM or options.stage in {GradeStage.NOT_ENTERED, GradeStage.ENTERED}:
        return None
    if options.stage is GradeStage.UNKNOWN:
        return hold("R93", "How far the grade has come in the SIS is not known.", "Read the roster again.", Tier.HUMAN)
    return hold("R93", "The grade has been rolled to academic history.", _CHANGE, Tier.HUMAN)


def judge_interim_window(practice: GradingPractice, part: str, zone: ZoneInfo, now: datetime) -> GradeBlock | None:
    """Stop interim grades before they open and after their freeze (R94)."""
    window = practice.interim_window(part)
    if window is None:
        return stop("R94", "No window of interim grades is set for this part of term.", "Ask the registrar to set it.")
    if now < day_start(window.open_on, zone):
        return stop("R94", f"Interim grades open on {window.open_on}.", "Submit from that day on.")
    if now > day_end(window.freeze_on, zone):
        return stop("R94", f"Interim grades froze at the end of {window.freeze_on}.", "Submit the final grade instead.")
    return None


def judge_column(column: GradeColumn) -> GradeBlock | None:
    """Stop a sheet that does not say which column it is for; no interim grade may land in the final one (R94)."""
    if column is not GradeColumn.UNKNOWN:
        return None
    return stop("R94", "The sheet does not say whether its grades are interim or final.", "Name the column.")
