"""The figures that may be published: made anew on made-up records, and on the real ones they are those committed."""

import os
from pathlib import Path

import pytest

from agents.early_alert.model import load_model
from evals.early_alert.made_up import make_records
from evals.early_alert.published import BINS, CAPACITIES, SHOWN_WEEKS, load_published, measure_published
from evals.early_alert.waterfall import WEEKS

pytestmark = pytest.mark.slow


def test_counts_add_up_and_each_convenience_has_its_step() -> None:
    with make_records(3_000) as folder:
        found = measure_published(folder, load_model())
    assert [week.week for week in found.weeks] == list(SHOWN_WEEKS)
    assert all(len(week.bins) == BINS for week in found.weeks)
    assert sum(each.students for each in found.weeks[0].bins) == found.students
    assert sum(each.came_true for each in found.weeks[0].bins) == found.at_risk
    assert [set(step.areas) for step in found.steps] == [set(WEEKS)] * 5 + [{0}]
    left_counted, still_here = found.steps[4], found.steps[3]
    assert left_counted.areas[8] > still_here.areas[8]
    assert left_counted.students[8] > still_here.students[8]
    assert len(found.reach) == 3 * len(CAPACITIES)
    lot = {side.capacity: side.precision for side in found.reach if side.order == "by lot"}
    assert lot[0.05] == pytest.approx(found.at_risk / found.students, abs=0.1)


@pytest.mark.oulad
@pytest.mark.skipif(
    not os.environ.get("PROVOST_TEST_OULAD"), reason="PROVOST_TEST_OULAD names no folder of OULAD records"
)
def test_the_committed_figures_are_those_of_the_records() -> None:
    again, committed = measure_published(Path(os.environ["PROVOST_TEST_OULAD"]), load_model()), load_published()
    assert again.model_dump(exclude={"steps"}) == committed.model_dump(exclude={"steps"})
    for ours, theirs in zip(again.steps, committed.steps, strict=True):
        assert ours.areas == pytest.approx(theirs.areas, abs=0.002)
