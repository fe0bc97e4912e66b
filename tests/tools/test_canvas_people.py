"""Writing accounts to Canvas: under the name peers may see, never into another person's account (R1 to R16)."""

from domain.changes import (
    ChangeSisId,
    CreatePerson,
    UpdatePersonField,
)
from domain.images import Image
from tests.contract.lms.cases import (
    basics,
    enrol,
)
from tests.tools.canvas_campus import CanvasCampus
from tests.tools.canvas_fixtures import campus, stage
from tests.tools.people import DEE, GIL, IDA, NEW_ADMIT

__all__ = ["campus", "stage"]

ABSENT = Image.absent()
IMPORTS = "/sis_imports$"


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
    receipt = campus.apply_one(change)
    assert not receipt.accepted
    assert "login" in receipt.message
    assert len(campus.state.sis_imports) == before


def test_r14_an_account_is_made_under_the_preferred_name(campus: CanvasCampus) -> None:
    change = CreatePerson(person=campus.handles.handle(GIL), **basics(ABSENT, Image()))
    assert campus.apply_one(change).accepted
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
    assert campus.apply_one(change).accepted
    assert not campus.shows(change)


def test_r1_two_accounts_of_one_person_are_never_renamed_into_each_other(campus: CanvasCampus) -> None:
    campus.state.create_user("Ida", unique_id="ida-old", sis_user_id="A00000909")
    campus.state.create_user("Ida", unique_id="ida-new", sis_user_id=IDA.sis_id)
    change = ChangeSisId(person=campus.handles.handle(IDA), **basics(ABSENT, Image()))
    receipt = campus.apply_one(change)
    assert not receipt.accepted
    assert "merging" in receipt.message
