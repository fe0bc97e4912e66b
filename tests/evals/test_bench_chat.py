"""The benchmark of the chat measures whole turns on both sides; the real run is ``provost bench chat``."""

import pytest

from evals.bench.chat import run

pytestmark = pytest.mark.slow


def test_turns_are_measured_and_words_come_before_the_next_chunk() -> None:
    rows = {row["case"]: row for row in run(people=500, turns=5)}
    assert rows["turn"]["ours_s"] > rows["turn"]["baseline_s"] > 0
    assert rows["added per turn"]["limit"] == 1.0
    assert {"step scrub question", "step model advisor_v1"} <= rows.keys()
    assert rows["first words after the first chunk"]["ratio"] <= 1.0
