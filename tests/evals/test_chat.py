"""The chat without a model understands phrasings that its intents were not made from."""

from evals.chat.understanding import PHRASINGS, read_phrasings, run


def test_it_understands_four_of_five_that_it_was_not_made_from() -> None:
    report = run()
    assert report["passed"], report["wrong"]
    assert report["n"] >= 60
    assert report["metrics"]["right_call"] < 1.0, "Nobody understands everything; were the phrasings used to tune it?"


def test_no_phrasing_stands_in_both_sets() -> None:
    tuned = {one.ask for one in read_phrasings(PHRASINGS.with_name("phrasings_v1.yaml"))}
    assert tuned.isdisjoint(one.ask for one in read_phrasings())
