"""Making courses and setting dates in Canvas: sound before they leave, whole when they are reported (S193, S194)."""

import pytest

from domain.changes import (
    CreateCourse,
    UpdateDates,
)
from domain.ids import SisCourseId
from domain.images import Image
from simulator.faults import FaultKind
from tests.contract.lms.cases import (
    FIRST,
    FIRST_COURSE,
    START,
    UNKNOWN,
    basics,
    create_course,
    update_dates,
)
from tests.tools.canvas_campus import CanvasCampus
from tests.tools.canvas_fixtures import campus, stage

__all__ = ["campus", "stage"]

ABSENT = Image.absent()
IMPORTS = "/sis_imports$"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 256}),
        ("end_at", {"end_at": START}),
        ("integration_id", {"integration_id": "BANNER_CRN_12345"}),
        ("account_id", {"account": "17"}),
        ("template", {"template": "NO-SUCH-COURSE"}),
    ],
)
def test_e9_e11_s193_an_unsound_course_never_leaves_and_names_the_field(
    campus: CanvasCampus, field: str, values: dict[str, object]
) -> None:
    before = len(campus.state.sis_imports)
    change = create_course(campus.handles, ABSENT).model_copy(update=values)
    receipt = campus.apply_one(change)
    assert not receipt.accepted
    assert f"Field: {field}" in receipt.message
    assert len(campus.state.sis_imports) == before


def test_s194_e8_a_course_gets_its_template_once_and_is_then_published(campus: CanvasCampus) -> None:
    change = create_course(campus.handles, ABSENT).model_copy(update={"template": "TEMPLATE-MATH"})
    assert isinstance(change, CreateCourse)
    assert campus.apply_one(change).accepted
    assert campus.shows(change)
    client, path = campus.client(campus.write_token), f"/api/v1/courses/sis_course_id:{change.course}"
    first = client.get(f"{path}/content_migrations").json_list()
    assert campus.apply_one(change).accepted
    assert (len(first), len(client.get(f"{path}/content_migrations").json_list())) == (1, 1)


def test_a_course_that_cannot_be_published_is_not_reported_as_made_whole(campus: CanvasCampus) -> None:
    change = create_course(campus.handles, ABSENT)
    campus.fault(FaultKind.HTTP_5XX, "/courses/", method="PUT", count=None)
    receipt = campus.apply_one(change)
    assert (receipt.accepted, receipt.uncertain) == (False, True)
    assert receipt.reference.startswith("sis_import:")


@pytest.mark.parametrize("course", [None, FIRST_COURSE])
def test_s249_dates_of_a_section_or_its_course_are_set_and_cleared(
    campus: CanvasCampus, course: SisCourseId | None
) -> None:
    change = update_dates(campus.handles, ABSENT).model_copy(update={"course": course})
    assert campus.apply_one(change).accepted
    assert campus.shows(change)
    cleared = UpdateDates(section=FIRST, course=course, **basics(ABSENT, Image(fields={"start_at": "", "end_at": ""})))
    assert campus.apply_one(cleared).accepted
    assert campus.shows(cleared)


def test_a_section_that_is_gone_is_a_refusal(campus: CanvasCampus) -> None:
    change = update_dates(campus.handles, ABSENT).model_copy(update={"section": UNKNOWN})
    receipt = campus.apply_one(change)
    assert (receipt.accepted, receipt.uncertain) == (False, False)
