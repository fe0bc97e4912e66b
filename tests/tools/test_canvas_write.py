"""Writing rosters to Canvas under faults: nothing twice, nothing lost, every receipt says what is known (R74, R75)."""

import csv
import io
import zipfile

import pytest

from domain.changes import (
    CrossList,
    Deactivate,
    Enrol,
    MoveSection,
)
from domain.ids import SisCourseId
from domain.images import Image
from domain.lms import LmsRole, LmsState
from simulator.faults import FaultKind
from tests.contract.lms.cases import (
    FIRST,
    SECOND,
    basics,
    enrol,
    row,
)
from tests.tools.canvas_campus import CanvasCampus
from tests.tools.canvas_fixtures import campus, stage
from tests.tools.people import ANN, BOB, EVE, FAY, GIL
from tools.lms.canvas.scopes import Mode, required_scopes
from tools.lms.canvas.write import bundle, sis_rows

__all__ = ["campus", "stage"]

ABSENT = Image.absent()
IMPORTS = "/sis_imports$"


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (FaultKind.THROTTLE, {}),
        (FaultKind.DROPPED_BEFORE, {}),
        (FaultKind.DROPPED_AFTER, {}),
        (FaultKind.HTTP_5XX, {}),
        (FaultKind.TIMEOUT, {"seconds": 1.5}),
        (FaultKind.TRUNCATED_PAGE, {}),
    ],
)
def test_r75_an_import_whose_answer_is_lost_ends_with_the_row_in_place_once(
    campus: CanvasCampus, kind: FaultKind, more: dict[str, object]
) -> None:
    change = enrol(campus.handles, ABSENT)
    campus.fault(kind, IMPORTS, method="POST", **more)
    effects = len(campus.state.writes)
    receipt = campus.apply_one(change)
    assert [one.kind for one in campus.plan.played] == [kind]
    assert receipt.accepted
    assert campus.shows(change)
    assert len(campus.state.writes) - effects == 1


def test_r75_a_silent_no_op_is_accepted_and_not_seen_when_read_back(campus: CanvasCampus) -> None:
    change = enrol(campus.handles, ABSENT)
    campus.fault(FaultKind.SILENT_NO_OP_WRITE, IMPORTS, method="POST")
    assert campus.apply_one(change).accepted
    assert not campus.shows(change)


def test_r74_an_import_that_canvas_never_ends_is_accepted_and_says_so(campus: CanvasCampus) -> None:
    change = enrol(campus.handles, ABSENT)
    campus.fault(FaultKind.HTTP_5XX, r"/sis_imports/\d+$", count=None)
    receipt = campus.apply_one(change)
    assert receipt.accepted
    assert "still" in receipt.message


def test_an_import_that_cannot_be_sent_is_refused_and_not_uncertain(campus: CanvasCampus) -> None:
    change = enrol(campus.handles, ABSENT)
    campus.fault(FaultKind.THROTTLE, IMPORTS, method="POST", count=None)
    receipt = campus.apply_one(change)
    assert (receipt.accepted, receipt.uncertain) == (False, False)
    assert campus.row(FAY) is None


def test_r75_an_import_of_unknown_fate_is_uncertain(campus: CanvasCampus) -> None:
    change = enrol(campus.handles, ABSENT)
    campus.fault(FaultKind.DROPPED_AFTER, IMPORTS, method="POST", count=None)
    receipt = campus.apply_one(change)
    assert (receipt.accepted, receipt.uncertain) == (False, True)


def test_r74_rows_that_canvas_refuses_are_refused_one_by_one(campus: CanvasCampus) -> None:
    good = enrol(campus.handles, ABSENT)
    stranger = Enrol(section=FIRST, person=campus.handles.handle(GIL), **basics(ABSENT, row(LmsState.ACTIVE)))
    receipts = campus.writer.apply([stranger, good])
    assert receipts[good.change_id].accepted
    assert not receipts[stranger.change_id].accepted
    assert GIL.sis_id not in receipts[stranger.change_id].message
    assert receipts[stranger.change_id].reference == receipts[good.change_id].reference


def test_r40_a_row_goes_in_although_the_section_was_moved_by_hand(campus: CanvasCampus) -> None:
    section, other = campus.state.section_by_sis(FIRST.sis_section_id), campus.state.course_by_sis("MATH101-002-202680")
    assert section is not None
    assert other is not None
    campus.state.crosslist(section.id, other.id)
    change = enrol(campus.handles, ABSENT)
    assert campus.apply_one(change).accepted
    assert campus.shows(change)


def test_r40_a_section_moved_by_hand_goes_back_to_its_own_course(campus: CanvasCampus) -> None:
    section, other = campus.state.section_by_sis(FIRST.sis_section_id), campus.state.course_by_sis("MATH101-002-202680")
    assert section is not None
    assert other is not None
    campus.state.crosslist(section.id, other.id)
    home = SisCourseId("MATH101-001-202680")
    before, after = Image(fields={"course": "MATH101-002-202680"}), Image(fields={"course": home})
    back = CrossList(section=FIRST, course=home, undo=True, **basics(before, after))
    assert campus.apply_one(back).accepted
    assert campus.shows(back)
    there = CrossList(section=FIRST, course=SisCourseId("MATH101-002-202680"), **basics(after, before))
    assert campus.apply_one(there).accepted
    assert campus.apply_one(there).accepted
    assert campus.shows(there)


@pytest.mark.parametrize("state", [LmsState.DELETED, LmsState.INACTIVE, LmsState.COMPLETED])
def test_r48_r49_each_ending_is_what_the_change_says(campus: CanvasCampus, state: LmsState) -> None:
    change = Deactivate(section=FIRST, person=campus.handles.handle(ANN), to=state, **basics(ABSENT, row(state)))
    assert campus.apply_one(change).accepted
    assert campus.shows(change)


def test_an_ending_that_is_none_is_refused(campus: CanvasCampus) -> None:
    after = row(LmsState.ACTIVE)
    change = Deactivate(section=FIRST, person=campus.handles.handle(ANN), to=LmsState.ACTIVE, **basics(ABSENT, after))
    assert not campus.apply_one(change).accepted


def test_a_custom_role_is_not_guessed(campus: CanvasCampus) -> None:
    after = row(LmsState.ACTIVE, LmsRole.OTHER)
    change = Enrol(section=FIRST, person=campus.handles.handle(EVE), role=LmsRole.OTHER, **basics(ABSENT, after))
    assert not campus.apply_one(change).accepted


def test_r55_an_auditor_gets_the_auditor_role(campus: CanvasCampus) -> None:
    after = row(LmsState.ACTIVE, LmsRole.AUDITOR)
    change = Enrol(section=FIRST, person=campus.handles.handle(EVE), role=LmsRole.AUDITOR, **basics(ABSENT, after))
    assert campus.apply_one(change).accepted
    assert campus.shows(change)


def test_r52_a_move_adds_before_it_ends_and_enrolments_never_name_a_course(campus: CanvasCampus) -> None:
    move = MoveSection(
        section=SECOND, from_section=FIRST, person=campus.handles.handle(ANN), **basics(ABSENT, row(LmsState.ACTIVE))
    )
    leave = Deactivate(
        section=FIRST, person=campus.handles.handle(BOB), to=LmsState.DELETED, **basics(ABSENT, row(LmsState.DELETED))
    )
    rows = [*sis_rows.enrolment_rows(leave, BOB.sis_id), *sis_rows.enrolment_rows(move, ANN.sis_id)]
    content = bundle.build_bundle(rows)
    assert content == bundle.build_bundle(rows)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        lines = list(csv.DictReader(io.StringIO(archive.read(name).decode())))
    assert [(line["section_id"], line["user_id"], line["status"]) for line in lines] == [
        (SECOND.sis_section_id, ANN.sis_id, "active"),
        (FIRST.sis_section_id, BOB.sis_id, "deleted"),
        (FIRST.sis_section_id, ANN.sis_id, "deleted"),
    ]
    assert "course_id" not in lines[0]


def test_r3_ids_change_before_any_other_file(campus: CanvasCampus) -> None:
    change = enrol(campus.handles, ABSENT)
    assert isinstance(change, Enrol)
    rows = [*sis_rows.enrolment_rows(change, FAY.sis_id), sis_rows.sis_id_row(change.change_id, BOB.sis_id, ANN.sis_id)]
    with zipfile.ZipFile(io.BytesIO(bundle.build_bundle(rows))) as archive:
        assert archive.namelist() == ["01_change_sis_id.csv", "02_enrollments.csv"]


def test_s222_s223_the_declared_scopes_are_enough_and_the_reading_ones_only_read(campus: CanvasCampus) -> None:
    assert all(scope.startswith("url:GET|") for scope in required_scopes(Mode.READ))
    writing = required_scopes(Mode.WRITE)
    assert {scope for scope in writing if scope.startswith("url:DELETE")} == {
        "url:DELETE|/api/v1/sections/:id/crosslist"
    }


def test_r74_a_token_that_is_revoked_while_an_import_runs_does_not_deny_the_import(campus: CanvasCampus) -> None:
    change = enrol(campus.handles, ABSENT)
    campus.fault(FaultKind.EXPIRE_TOKEN, r"/sis_imports/\d+$", count=None)
    receipt = campus.apply_one(change)
    assert receipt.accepted
    assert receipt.reference.startswith("sis_import:")
    campus.plan.clear()
    campus.writer.settle()
    assert campus.shows(change)
