"""Detection on simulated campuses: everything that differs is found, nothing is invented, and it takes seconds."""

import time
from functools import lru_cache

import pytest

from agents.roster import Detection, detect
from agents.roster.sync_points import automatic_share, rank_sync_points
from evals.score import Named, score
from simulator.campus import Campus
from tests.agents.simulated import Directory, institution_of, snapshots_of
from tests.agents.world import LIMITS


@lru_cache(maxsize=1)
def _detected(students: int, seed: int) -> tuple[Campus, Detection, Directory, float]:
    campus = Campus.build(students=students, seed=seed)
    snapshots, directory = snapshots_of(campus), Directory()
    started = time.perf_counter()
    found = detect(snapshots, institution_of(campus), campus.clock.now(), resolver=directory, limits=LIMITS)
    return campus, found, directory, time.perf_counter() - started


def _named(detection: Detection, directory: Directory) -> list[Named]:
    return [
        Named(
            type=each.type.value,
            section=str(each.section or ""),
            other_section=str(each.other_section or ""),
            course=each.course or "",
            person=directory.person(each.person) if each.person else "",
        )
        for each in detection.discrepancies
    ]


@pytest.mark.parametrize(
    ("students", "seed"),
    [(2_000, 11), pytest.param(8_000, 23, marks=pytest.mark.slow), pytest.param(20_000, 5, marks=pytest.mark.slow)],
)
def test_s246_all_that_differs_is_found_and_nothing_else(students: int, seed: int) -> None:
    campus, detection, directory, seconds = _detected(students, seed)
    courses = {
        row.sis_section_id: campus.canvas.courses[row.course_id].sis_course_id or ""
        for row in campus.canvas.sections.values()
        if row.sis_section_id
    }
    result = score(campus.truth.answer_key(), _named(detection, directory), courses)
    assert result.planted > 50
    assert result.missed == ()
    assert result.invented == ()
    assert seconds < 30


def test_s70_every_discrepancy_has_two_sources_a_rule_and_a_basis() -> None:
    detection = _detected(2_000, 11)[1]
    for each in detection.discrepancies:
        assert len({item.source for item in each.evidence}) >= 2
        assert each.rule
        assert each.confidence_basis


def test_s32_s72_sync_points_are_ranked_by_volume_with_what_rules_settle() -> None:
    detection = _detected(2_000, 11)[1]
    points = rank_sync_points(detection, lambda section: f"dept {section.crn[:3]}")
    counts = [point.count for point in points]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == len(detection.discrepancies)
    assert sum(point.share for point in points) == pytest.approx(1)
    settled = sum(point.settled_by_rule for point in points)
    assert automatic_share(detection) == pytest.approx(settled / sum(counts))
    assert 0.5 < automatic_share(detection) < 1


def test_principle_3_a_detection_names_nobody() -> None:
    campus, detection, _, _ = _detected(2_000, 11)
    text = detection.model_dump_json()
    for person in list(campus.banner.persons.values())[:400]:
        assert person.banner_id not in text
        assert person.email not in text
