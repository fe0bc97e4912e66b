"""Recall by surface form on unseen people, and what is hit in text that speaks of nobody."""

import pytest

from evals.privacy.people import campus_people
from evals.privacy.recall import measure_over_redaction, measure_recall
from privacy.detect.finder import AnalyzerFinder
from privacy.directory.index import Directory

KEY = b"a key for this test and no other"
SEED = 4_711


def measured(size, students):
    people = list(campus_people(size, SEED))
    finder = AnalyzerFinder(Directory.build(people, KEY))
    return finder, people, measure_recall(finder, people, SEED, students)


def test_campus_people_are_the_same_for_the_same_seed():
    people = list(campus_people(300, SEED))
    assert people == list(campus_people(300, SEED))
    assert people != list(campus_people(300, SEED + 1))
    for field in ("logins", "emails", "lms_ids"):
        values = [value for known in people for value in getattr(known.identity, field)]
        assert len(values) == len(set(values))


@pytest.mark.slow
def test_every_form_is_measured():
    _, _, rows = measured(2_000, 12)
    assert len(rows) > 50
    assert {row.form for row in rows} >= {"First Last", "one typo", "First", "SIS id dashed", "e-mail [at]", "phone"}
    assert all(0 <= row.without <= 1 and 0 <= row.with_roster <= 1 for row in rows)
    assert sum(row.tried for row in rows) > 400


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_recall_reaches_its_floors_on_a_campus_of_fifty_thousand():
    finder, people, rows = measured(50_000, 150)
    assert [row for row in rows if row.falls_short] == []
    over = measure_over_redaction(finder, people, SEED)
    assert over.linked <= 1.5
    assert over.unlinked <= 4.0
