"""Real records become a campus: every registration and withdrawal with its date, counted against the files."""

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from simulator.campus import Campus
from simulator.world.oulad import build_oulad, term_of
from simulator.world.oulad_records import read_records

FOLDER = os.environ.get("PROVOST_TEST_OULAD")

needs_records = [
    pytest.mark.oulad,
    pytest.mark.skipif(
        not FOLDER or not Path(FOLDER).is_dir(), reason="PROVOST_TEST_OULAD names no folder of OULAD records"
    ),
]


@pytest.mark.parametrize(("presentation", "term"), [("2013J", "201380"), ("2014B", "201410")])
def test_presentation_becomes_a_term(presentation: str, term: str) -> None:
    assert term_of(presentation) == term


@pytest.mark.parametrize("presentation", ["2013X", "J2013", "2013"])
def test_other_presentations_are_refused(presentation: str) -> None:
    with pytest.raises(ValueError, match="not a presentation"):
        term_of(presentation)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"courses\.parquet"):
        build_oulad(tmp_path, seed=1)


@pytest.fixture(scope="module")
def campus() -> Campus:
    return Campus.build(world="oulad", data=Path(str(FOLDER)), seed=1)


class TestRecords:
    """What needs the records themselves."""

    pytestmark = needs_records

    def test_every_registration_up_to_as_of_is_in_banner(self, campus: Campus) -> None:
        records, calendar = read_records(Path(str(FOLDER))), campus.world.calendar
        today = calendar.local_day(campus.world.as_of)
        expected: Counter[tuple[str, str, str]] = Counter()
        for row in records.registrations:
            part = calendar.terms[term_of(row.presentation)].parts[0]
            came = part.start_on + timedelta(days=-1 if row.registered is None else row.registered)
            if came >= today:
                continue
            reason = "registered"
            if row.unregistered is not None:
                left = max(part.start_on + timedelta(days=row.unregistered), came)
                if left < today:
                    reason = "dropped" if left <= part.census_on else "withdrawn"
            expected[term_of(row.presentation), row.module, reason] += 1
        found = Counter(
            (row.section.key.term, row.section.course.department.code, row.status.reason)
            for row in campus.banner.registrations.values()
        )
        assert found == expected
        assert found.total() > 10_000

    def test_missing_dates_stay_missing(self, campus: Campus) -> None:
        undated = [row for row in campus.banner.registrations.values() if row.registered_on is None]
        missing = [row for row in read_records(Path(str(FOLDER))).registrations if row.registered is None]
        assert len(undated) == len(missing)

    def test_every_difference_has_a_cause(self, campus: Campus) -> None:
        key = campus.answer_key()
        real, benign = key["real"], key["benign"]
        assert isinstance(real, list)
        assert isinstance(benign, list)
        assert not [item for item in real if item["fault"] == "unexplained"]
        assert len(benign) >= len(real) > 0

    def test_a_smaller_campus_keeps_the_first_students(self) -> None:
        world = build_oulad(Path(str(FOLDER)), seed=1, students=50)
        assert sum("student" in person.roles for person in world.persons) == 50
        assert world.term == "201410"

    def test_unknown_term_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no term 209980"):
            build_oulad(Path(str(FOLDER)), seed=1, term="209980")
