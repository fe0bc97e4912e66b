"""Writing to Canvas under faults: nothing twice, nothing lost, and every receipt says what is known (R74, R75)."""

import csv
import io
import zipfile

import pytest

from domain.changes import (
    Change,
    ChangeSisId,
    CreateCourse,
    CreatePerson,
    Deactivate,
    Enrol,
    MoveSection,
    UpdateDates,
    UpdatePersonField,
)
from domain.images import Image
from domain.lms import LmsRole, LmsState
from domain.ports import Receipt
from simulator.faults import FaultKind
from tests.contract.lms.cases import (
    FIRST,
    SECOND,
    START,
    UNKNOWN,
    basics,
    create_course,
    enrol,
    row,
    update_dates,
)
from tests.tools.canvas_campus import CanvasCampus
from tests.tools.canvas_fixtures import campus, stage
from tests.tools.people import ANN, BOB, DEE, EVE, FAY, GIL, IDA, NEW_ADMIT
from tools.lms.canvas.scopes import Mode, required_scopes
from tools.lms.canvas.write import bundle, sis_rows

__all__ = ["campus", "stage"]

ABSENT = Image.absent()
IMPORTS = "/sis_imports$"


def apply_one(campus: CanvasCampus, change: Change) -> Receipt:
    return campus.writer.apply([change])[change.change_id]


def present(campus: CanvasCampus, change: Change) -> bool:
    return campus.reader.observe([change])[change.change_id].satisfies(change.after)


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
    receipt = apply_one(campus, change)
    assert [one.kind for one in campus.plan.played] == [kind]
    assert receipt.accepted
    assert present(campus, change)
    assert len(campus.state.writes) - effects == 1


def test_r75_a_silent_no_op_is_accepted_and_not_seen_when_read_back(campus: CanvasCampus) -> None:
    change = enrol(campus.handles, ABSENT)
    campus.fault(FaultKind.SILENT_NO_OP_WRITE, IMPORTS, method="POST")
    assert apply_one(campus, change).accepted
    assert not present(campus, change)


def test_r74_an_import_that_canvas_never_ends_is_accepted_and_says_so(campus: CanvasCampus) -> None:
    change = enrol(campus.handles, ABSENT)
    campus.fault(FaultKind.HTTP_5XX, r"/sis_imports/\d+$", count=None)
    receipt = apply_one(campus, change)
    assert receipt.accepted
    assert "still" in receipt.message


def test_an_import_that_cannot_be_sent_is_refused_and_not_uncertain(campus: CanvasCampus) -> None:
    change = enrol(campus.handles, ABSENT)
    campus.fault(FaultKind.THROTTLE, IMPORTS, method="POST", count=None)
    receipt = apply_one(campus, change)
    assert (receipt.accepted, receipt.uncertain) == (False, False)
    assert campus.row(FAY) is None


def test_r75_an_import_of_unknown_fate_is_uncertain(campus: CanvasCampus) -> None:
    change = enrol(campus.handles, ABSENT)
    campus.fault(FaultKind.DROPPED_AFTER, IMPORTS, method="POST", count=None)
    receipt = apply_one(campus, change)
    assert (receipt.accepted, receipt.uncertain) == (False, True)


def test_r74_rows_that_canvas_refuses_are_refused_one_by_one(campus: CanvasCampus) -> None:
    good = enrol(campus.handles, ABSENT)
    stranger = Enrol(section=FIRST, person=campus.handles.handle(GIL), **basics(ABSENT, row(LmsState.ACTIVE)))
    receipts = campus.writer.apply([stranger, good])
    assert receipts[good.change_id].accepted
    assert not receipts[stranger.change_id].accepted
    assert GIL.sis_id not in receipts[stranger.change_id].message
    assert receipts[stranger.change_id].reference == receipts[good.change_id].reference


def test_r5_a_login_that_another_person_holds_stops_that_row_only(campus: CanvasCampus) -> None:
    campus.state.create_user("Somebody", unique_id=GIL.login or "", sis_user_id="A77777777")
    after = Image(fields={"sis_id": campus.handles.seal(GIL.sis_id)})
    change = CreatePerson(person=campus.handles.handle(GIL), **basics(ABSENT, after))
    good = enrol(campus.handles, ABSENT)
    receipts = campus.writer.apply([change, good])
    assert not receipts[change.change_id].accepted
    assert receipts[good.change_id].accepted


def test_r7_a_person_without_a_login_is_refused_before_anything_is_sent(campus: CanvasCampus) -> None:
    before = len(campus.state.sis_imports)
    change = CreatePerson(person=campus.handles.handle(NEW_ADMIT), **basics(ABSENT, Image()))
    receipt = apply_one(campus, change)
    assert not receipt.accepted
    assert "login" in receipt.message
    assert len(campus.state.sis_imports) == before


def test_r14_an_account_is_made_under_the_preferred_name(campus: CanvasCampus) -> None:
    change = CreatePerson(person=campus.handles.handle(GIL), **basics(ABSENT, Image()))
    assert apply_one(campus, change).accepted
    made = campus.state.user_by_sis(GIL.sis_id)
    assert made is not None
    assert (made.name, made.sortable_name) == ("Gil Ångström", "Ångström, Gil")


def test_fields_of_one_account_change_together_and_nothing_else_does(campus: CanvasCampus) -> None:
    handle, sealed = campus.handles.handle(DEE), campus.handles.seal
    campus.state.import_csv(
        {"users.csv": "user_id,login_id,full_name,short_name,status\nA00000004,dee4,DEE F,Deedee,active\n"}
    )
    wanted = {"sortable_name": "Featherstone, Dee", "email": DEE.email or "", "name": "Dee Featherstone"}
    changes = [
        UpdatePersonField(person=handle, field=field, **basics(ABSENT, Image(fields={field: sealed(value)})))
        for field, value in wanted.items()
    ]
    receipts = campus.writer.apply(changes)
    assert all(receipt.accepted for receipt in receipts.values())
    images = campus.reader.observe(changes)
    assert all(images[change.change_id].satisfies(change.after) for change in changes)
    kept = campus.state.user_by_sis(DEE.sis_id)
    assert kept is not None
    assert kept.short_name == "Deedee"


def test_r16_a_name_its_owner_edited_is_left_and_shows_as_unverified(campus: CanvasCampus) -> None:
    user = campus.state.user_by_sis(DEE.sis_id)
    assert user is not None
    campus.state.update_user(user.id, name="Dee Her Own")
    after = Image(fields={"name": campus.handles.seal("Dee Featherstone")})
    change = UpdatePersonField(person=campus.handles.handle(DEE), field="name", **basics(ABSENT, after))
    assert apply_one(campus, change).accepted
    assert not present(campus, change)


def test_r1_two_accounts_of_one_person_are_never_renamed_into_each_other(campus: CanvasCampus) -> None:
    campus.state.create_user("Ida", unique_id="ida-old", sis_user_id="A00000909")
    campus.state.create_user("Ida", unique_id="ida-new", sis_user_id=IDA.sis_id)
    change = ChangeSisId(person=campus.handles.handle(IDA), **basics(ABSENT, Image()))
    receipt = apply_one(campus, change)
    assert not receipt.accepted
    assert "merging" in receipt.message


def test_r40_a_row_goes_in_although_the_section_was_moved_by_hand(campus: CanvasCampus) -> None:
    section, other = campus.state.section_by_sis(FIRST.sis_section_id), campus.state.course_by_sis("MATH101-002-202680")
    assert section is not None
    assert other is not None
    campus.state.crosslist(section.id, other.id)
    change = enrol(campus.handles, ABSENT)
    assert apply_one(campus, change).accepted
    assert present(campus, change)


@pytest.mark.parametrize("state", [LmsState.DELETED, LmsState.INACTIVE, LmsState.COMPLETED])
def test_r48_r49_each_ending_is_what_the_change_says(campus: CanvasCampus, state: LmsState) -> None:
    change = Deactivate(section=FIRST, person=campus.handles.handle(ANN), to=state, **basics(ABSENT, row(state)))
    assert apply_one(campus, change).accepted
    assert present(campus, change)


def test_an_ending_that_is_none_is_refused(campus: CanvasCampus) -> None:
    after = row(LmsState.ACTIVE)
    change = Deactivate(section=FIRST, person=campus.handles.handle(ANN), to=LmsState.ACTIVE, **basics(ABSENT, after))
    assert not apply_one(campus, change).accepted


def test_a_custom_role_is_not_guessed(campus: CanvasCampus) -> None:
    after = row(LmsState.ACTIVE, LmsRole.OTHER)
    change = Enrol(section=FIRST, person=campus.handles.handle(EVE), role=LmsRole.OTHER, **basics(ABSENT, after))
    assert not apply_one(campus, change).accepted


def test_r55_an_auditor_gets_the_auditor_role(campus: CanvasCampus) -> None:
    after = row(LmsState.ACTIVE, LmsRole.AUDITOR)
    change = Enrol(section=FIRST, person=campus.handles.handle(EVE), role=LmsRole.AUDITOR, **basics(ABSENT, after))
    assert apply_one(campus, change).accepted
    assert present(campus, change)


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
    receipt = apply_one(campus, change)
    assert not receipt.accepted
    assert f"Field: {field}" in receipt.message
    assert len(campus.state.sis_imports) == before


def test_s194_e8_a_course_gets_its_template_once_and_is_then_published(campus: CanvasCampus) -> None:
    change = create_course(campus.handles, ABSENT).model_copy(update={"template": "TEMPLATE-MATH"})
    assert isinstance(change, CreateCourse)
    assert apply_one(campus, change).accepted
    assert present(campus, change)
    client, path = campus.client(campus.write_token), f"/api/v1/courses/sis_course_id:{change.course}"
    first = client.get(f"{path}/content_migrations").json_list()
    assert apply_one(campus, change).accepted
    assert (len(first), len(client.get(f"{path}/content_migrations").json_list())) == (1, 1)


def test_a_course_that_cannot_be_published_is_not_reported_as_made_whole(campus: CanvasCampus) -> None:
    change = create_course(campus.handles, ABSENT)
    campus.fault(FaultKind.HTTP_5XX, "/courses/", method="PUT", count=None)
    receipt = apply_one(campus, change)
    assert (receipt.accepted, receipt.uncertain) == (False, True)
    assert receipt.reference.startswith("sis_import:")


def test_dates_are_set_and_cleared(campus: CanvasCampus) -> None:
    change = update_dates(campus.handles, ABSENT)
    assert apply_one(campus, change).accepted
    cleared = UpdateDates(section=FIRST, **basics(ABSENT, Image(fields={"start_at": "", "end_at": ""})))
    assert apply_one(campus, cleared).accepted
    assert present(campus, cleared)


def test_a_section_that_is_gone_is_a_refusal(campus: CanvasCampus) -> None:
    change = update_dates(campus.handles, ABSENT).model_copy(update={"section": UNKNOWN})
    receipt = apply_one(campus, change)
    assert (receipt.accepted, receipt.uncertain) == (False, False)


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
    assert {scope.split("|")[0] for scope in required_scopes(Mode.WRITE)} == {"url:GET", "url:POST", "url:PUT"}
