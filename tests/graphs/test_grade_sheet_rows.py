"""Whether a student's row asks the instructor for a word: not where no word of theirs could let the grade go."""

import pytest

from domain.grades import GradeBlock, GradeOptions, ScoreSource
from domain.ids import RecordHandle
from domain.rules.grades.case import leave_out
from domain.rules.grades.scores import ChosenGrade
from graphs.desks.grade_sheet import SheetRow, Standing
from graphs.desks.names import Named
from tests.rules.grading import options

PERSON = RecordHandle("per_aaaaaaaaaaaaaaaa")


@pytest.mark.parametrize(
    ("standing", "rules", "asked"),
    [
        (Standing.BLOCKED, ("R84",), True),
        (Standing.LEFT_OUT, ("R89",), True),
        (Standing.LEFT_OUT, ("R79",), False),
        (Standing.LEFT_OUT, ("R80", "R89"), False),
        (Standing.HELD, ("S86",), False),
        (Standing.GOES, (), False),
    ],
)
def test_r79_r80_an_entry_is_asked_for_only_where_it_can_help(
    standing: Standing, rules: tuple[str, ...], asked: bool
) -> None:
    blocks = tuple(leave_out(rule, "why", "what") for rule in rules)
    assert row(standing, blocks, options()).enterable == asked
    assert not row(standing, blocks, None).enterable


def row(standing: Standing, blocks: tuple[GradeBlock, ...], known: GradeOptions | None) -> SheetRow:
    mark = ChosenGrade(None, None, ScoreSource.NONE)
    who = Named(person=PERSON, name="Cruz, Ana")
    return SheetRow(who=who, standing=standing, mark=mark, blocks=blocks, options=known)
