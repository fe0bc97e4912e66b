"""A message is sent once: the marker in its body is looked for before and after (R75, S59)."""

import pytest
import structlog

from domain.changes import SendMessage
from domain.images import Image
from domain.ports import Receipt
from simulator.faults import FaultKind
from tests.contract.lms.cases import CASES, basics, send_message
from tests.tools.canvas_campus import CanvasCampus
from tests.tools.canvas_fixtures import campus, stage
from tests.tools.people import ANN, GIL, planted_words
from tools.lms.canvas.sent import has_sent

__all__ = ["campus", "stage"]

ABSENT = Image.absent()


def send(campus: CanvasCampus, change: SendMessage) -> Receipt:
    return campus.writer.apply([change])[change.change_id]


def message(campus: CanvasCampus, marker: str = "prv-1", body: str = "Please see your advisor.") -> SendMessage:
    change = send_message(campus.handles, ABSENT)
    assert isinstance(change, SendMessage)
    return change.model_copy(update={"marker": marker, "body": body})


def bodies(campus: CanvasCampus) -> list[str]:
    """Return every message that Canvas holds, read over the wire as the sender sees them."""
    client = campus.client(campus.write_token)
    found = client.get("/api/v1/conversations", params=(("scope", "sent"), ("per_page", "100"))).json_list()
    texts: list[str] = []
    for one in found:
        assert isinstance(one, dict)
        whole = client.get(f"/api/v1/conversations/{one['id']}").json_object()["messages"]
        assert isinstance(whole, list)
        texts += [str(part["body"]) for part in whole if isinstance(part, dict)]
    return texts


def test_the_marker_travels_in_the_body(campus: CanvasCampus) -> None:
    assert send(campus, message(campus)).accepted
    assert bodies(campus) == ["Please see your advisor.\n\n[prv-1]"]


def test_people_are_named_where_the_message_is_read_and_nowhere_before(campus: CanvasCampus) -> None:
    handle = campus.handles.handles([ANN.sis_id])[ANN.sis_id]
    change = message(campus, body=f"{handle} has dropped the class.")
    assert send(campus, change).accepted
    assert bodies(campus) == [f"Ann Quartermaine ({ANN.sis_id}) has dropped the class.\n\n[prv-1]"]
    assert "Ann" not in change.model_dump_json()


def test_a_handle_that_nobody_has_is_not_sent_as_a_code(campus: CanvasCampus) -> None:
    receipt = send(campus, message(campus, body="per_0000000000000000 has dropped the class."))
    assert not receipt.accepted
    assert bodies(campus) == []


@pytest.mark.parametrize("kind", [FaultKind.DROPPED_AFTER, FaultKind.TRUNCATED_PAGE])
def test_r75_a_message_whose_answer_is_lost_is_found_and_not_sent_again(campus: CanvasCampus, kind: FaultKind) -> None:
    campus.fault(kind, "/conversations$", method="POST")
    change = message(campus)
    assert send(campus, change).accepted
    assert send(campus, change).accepted
    assert len(bodies(campus)) == 1


def test_r75_a_message_that_never_arrived_is_uncertain_and_not_resent(campus: CanvasCampus) -> None:
    campus.fault(FaultKind.DROPPED_BEFORE, "/conversations$", method="POST")
    receipt = send(campus, message(campus))
    assert (receipt.accepted, receipt.uncertain) == (False, True)
    assert bodies(campus) == []


def test_a_message_is_not_sent_while_the_marker_cannot_be_searched(campus: CanvasCampus) -> None:
    campus.fault(FaultKind.HTTP_5XX, "/conversations", method="GET", count=None)
    assert not send(campus, message(campus)).accepted
    campus.plan.clear()
    assert bodies(campus) == []


def test_a_second_message_to_the_same_person_reuses_the_conversation_and_is_still_found(campus: CanvasCampus) -> None:
    first, second = message(campus, "prv-1"), message(campus, "prv-2", "A second thing.")
    send(campus, first)
    client, user = campus.client(campus.write_token), campus.state.user_by_sis(ANN.sis_id)
    assert user is not None
    assert not has_sent(client, user.id, "prv-2")
    send(campus, second)
    assert has_sent(client, user.id, "prv-1")
    assert has_sent(client, user.id, "prv-2")
    assert len(bodies(campus)) == 2


def test_a_person_without_an_account_cannot_be_written_to(campus: CanvasCampus) -> None:
    change = SendMessage(
        recipient=campus.handles.handle(GIL),
        marker="m",
        subject="s",
        body="b",
        **basics(ABSENT, Image(fields={"marker": "m"})),
    )
    receipt = send(campus, change)
    assert (receipt.accepted, receipt.uncertain) == (False, False)


def test_no_log_line_of_a_whole_day_with_canvas_names_anybody(
    campus: CanvasCampus, capsys: pytest.CaptureFixture[str]
) -> None:
    structlog.reset_defaults()
    changes = [case(campus.handles, ABSENT) for case in CASES.values()]
    campus.fault(FaultKind.HTTP_5XX, "/users/", count=2)
    campus.reader.read_users()
    campus.writer.apply(changes)
    campus.reader.observe(changes)
    text = capsys.readouterr().out
    assert text.count("wire_request") > 30
    assert "wire_request_failed" in text or "status=503" in text
    assert [word for word in planted_words() if word in text] == []
