"""Scoring counts what was planted and found, and can tell a miss and an invention."""

import pytest

from evals.score import Named, score

ENROLMENT = {"object": "enrollment", "keys": {"sisSectionId": "202680-1", "bannerId": "A1"}}
MOVE = {"object": "enrollment", "keys": {"sisSectionId": "202680-1", "fromSisSectionId": "202680-2", "bannerId": "A2"}}
SECTION = {"object": "section", "keys": {"sisSectionId": "202680-3", "sisCourseId": "MATH101-001-202680"}}
COURSE = {"object": "course", "keys": {"sisCourseId": "CHEM101-001-202680"}}
USER = {"object": "user", "keys": {"bannerId": "A9", "priorBannerId": "B9"}}
COURSE_OF = {"202680-4": "CHEM101-001-202680", "202680-1": "HIST101-001-202680"}


@pytest.mark.parametrize(
    ("item", "named"),
    [
        (ENROLMENT, Named("missing_in_lms", section="202680-1", person="A1")),
        (MOVE, Named("section_moved", section="202680-1", other_section="202680-2", person="A2")),
        (MOVE, Named("active_in_lms_dropped_in_sis", section="202680-2", person="A2")),
        (SECTION, Named("enrollment_without_lms_course", section="202680-3")),
        (COURSE, Named("date_variance", course="CHEM101-001-202680")),
        (COURSE, Named("concluded_section", section="202680-4")),
        (USER, Named("sis_id_changed", person="A9")),
    ],
)
def test_an_item_is_found_by_a_discrepancy_that_names_it(item: dict[str, object], named: Named) -> None:
    result = score({"real": [item]}, [named], COURSE_OF)
    assert (result.recall, result.precision) == (1.0, 1.0)


@pytest.mark.parametrize(
    "named",
    [
        Named("missing_in_lms", section="202680-1", person="A7"),
        Named("missing_in_lms", section="202680-8", person="A1"),
        Named("date_variance", section="202680-8"),
        Named("name_format", person="A8"),
        Named("missing_in_lms", section="202680-1", person="A9"),
        Named("missing_in_lms", section="202680-3", person="A1"),
        Named("missing_in_lms", section="202680-4", person="A5"),
        Named("date_variance", section="202680-1"),
    ],
)
def test_what_nobody_planted_is_invented_and_what_nobody_found_is_missed(named: Named) -> None:
    result = score({"real": [ENROLMENT, SECTION, COURSE, USER]}, [named], COURSE_OF)
    assert result.invented == (named,)
    assert len(result.missed) == 4
    assert (result.recall, result.precision) == (0.0, 0.0)


def test_students_of_a_missing_section_are_explained_and_do_not_find_it() -> None:
    inside = Named("missing_in_lms", section="202680-3", person="A1")
    absorbed = {"object": "enrollment", "keys": {"sisSectionId": "202680-3", "bannerId": "A1"}}
    result = score({"real": [SECTION], "absorbed": [absorbed]}, [inside], COURSE_OF)
    assert result.invented == ()
    assert len(result.missed) == 1


def test_a_count_that_is_off_is_explained_by_one_enrolment_of_the_section() -> None:
    result = score({"real": [ENROLMENT]}, [Named("count_mismatch", section="202680-1")], COURSE_OF)
    assert result.invented == ()
