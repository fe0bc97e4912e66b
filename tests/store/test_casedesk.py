"""The local case desk: opened once by marker, withdrawn by a rollback, never opened again once a person closed it."""

import pytest

from domain.errors import InvalidRecord
from domain.images import Image
from domain.ports import CaseDesk
from store.casedesk import LocalCaseDesk
from tests.store.changes import AMY, enrol, open_case, score, ticket

ALL = [open_case(), ticket(), score()]


@pytest.fixture
def desk(database) -> CaseDesk:
    return LocalCaseDesk(database)


def seen(desk, change) -> Image:
    return desk.observe([change])[change.change_id]


@pytest.mark.parametrize("change", ALL, ids=lambda change: change.kind)
def test_what_was_applied_is_what_is_read_back_and_asking_again_changes_nothing(desk, change):
    assert seen(desk, change) == Image.absent()
    for _ in range(2):
        receipt = desk.apply([change])[change.change_id]
        assert receipt.accepted
        assert receipt.reference
        assert seen(desk, change).satisfies(change.after)
    assert len(list(desk.list_open())) == (0 if change.kind == "set_risk_score" else 1)


@pytest.mark.parametrize("change", ALL, ids=lambda change: change.kind)
def test_an_absent_image_withdraws_and_the_same_change_can_be_made_again(desk, change):
    desk.apply([change])
    undo = change.model_copy(update={"before": change.after, "after": Image.absent()})
    for _ in range(2):
        desk.apply([undo])
        assert seen(desk, undo).satisfies(undo.after)
    assert list(desk.list_open()) == []
    desk.apply([change])
    assert seen(desk, change).satisfies(change.after)


def test_a_case_a_person_closed_is_present_and_stays_closed(desk):
    change = open_case()
    desk.apply([change])
    desk.close(change.marker, "advisor-1")
    desk.apply([change])
    assert seen(desk, change).satisfies(change.after)
    assert list(desk.list_open()) == []
    with pytest.raises(InvalidRecord, match=change.marker):
        desk.close(change.marker, "advisor-1")


def test_open_cases_say_what_an_advisor_needs(desk):
    desk.apply([open_case(), ticket()])
    rows = {row["kind"]: row for row in desk.list_open()}
    assert (rows["open_case"]["person"], rows["open_case"]["due_on"]) == (AMY, "2026-08-20")
    assert "gpa below 2.0" in rows["open_case"]["body"]
    assert (rows["create_ticket"]["queue"], rows["create_ticket"]["title"]) == ("registrar", "Look")


def test_a_later_score_takes_the_place_of_the_earlier(desk):
    desk.apply([score("0.42")])
    desk.apply([score("0.77")])
    assert seen(desk, score("0.77")) == Image(fields={"score": "0.77"})


def test_the_desk_refuses_what_is_not_its_business_and_writes_nothing_of_the_batch(desk):
    for act in (desk.apply, desk.observe):
        with pytest.raises(InvalidRecord, match="enrol"):
            act([ticket(), enrol()])
    assert list(desk.list_open()) == []


def test_the_capabilities_name_every_verb(desk):
    assert desk.capabilities().writes == {"open_case", "create_ticket", "set_risk_score"}
