"""Faults on a real socket, as a client meets them; what was written stays written, or truly was not."""

from __future__ import annotations

import json
import time

import httpx
import pytest

from simulator.faults import FaultKind, FaultRule
from tests.simulator.conftest import CanvasCampus

SECTION = "/sections/sis_section_id:202680-10003/enrollments"
ENROL = {"enrollment[user_id]": "sis_user_id:A00000001", "enrollment[enrollment_state]": "active"}


def strike(canvas: CanvasCampus, kind: FaultKind, **words: str | int | float) -> None:
    canvas.plan.add(FaultRule.from_words({"kind": kind, "face": "canvas", "count": 1, **words}))


def enrolled(canvas: CanvasCampus) -> bool:
    return bool(canvas.state.enrollments_of_section(canvas.sections["202680-10003"]))


def test_a_throttle_speaks_canvas(canvas: CanvasCampus, api: httpx.Client) -> None:
    strike(canvas, FaultKind.THROTTLE)
    answer = api.post(SECTION, data=ENROL)
    assert (answer.status_code, answer.headers["x-rate-limit-remaining"]) == (403, "0.0")
    assert "Rate Limit Exceeded" in answer.text
    assert not enrolled(canvas)
    assert api.post(SECTION, data=ENROL).status_code == 200


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors(canvas: CanvasCampus, api: httpx.Client, status: int) -> None:
    strike(canvas, FaultKind.HTTP_5XX, status=status)
    assert api.post(SECTION, data=ENROL).status_code == status
    assert not enrolled(canvas)


def test_a_slow_answer_comes_after_all(canvas: CanvasCampus, api: httpx.Client) -> None:
    strike(canvas, FaultKind.SLOW, seconds=0.2)
    began = time.monotonic()
    assert api.get("/accounts/1").status_code == 200
    assert time.monotonic() - began >= 0.2


def test_a_timeout_hangs_then_closes(canvas: CanvasCampus, api: httpx.Client) -> None:
    strike(canvas, FaultKind.TIMEOUT, seconds=5)
    with pytest.raises(httpx.ReadTimeout):
        api.get("/accounts/1", timeout=0.1)
    strike(canvas, FaultKind.TIMEOUT, seconds=0.1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        api.post(SECTION, data=ENROL)
    assert not enrolled(canvas)
    assert api.get("/accounts/1").status_code == 200


@pytest.mark.parametrize(("kind", "applied"), [(FaultKind.DROPPED_BEFORE, False), (FaultKind.DROPPED_AFTER, True)])
def test_a_connection_dropped_before_or_after_the_write(
    canvas: CanvasCampus, api: httpx.Client, kind: FaultKind, applied: bool
) -> None:
    strike(canvas, kind, method="POST")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        api.post(SECTION, data=ENROL)
    assert enrolled(canvas) is applied


def test_a_timeout_after_the_write_was_applied(canvas: CanvasCampus, api: httpx.Client) -> None:
    strike(canvas, FaultKind.DROPPED_AFTER, seconds=5)
    with pytest.raises(httpx.ReadTimeout):
        api.post("/conversations", data={"recipients[]": "3", "body": "once"}, timeout=0.2)
    assert [write.after["body"] for write in canvas.state.writes if write.table == "message"] == ["once"]


def test_a_truncated_page_is_a_200_that_does_not_parse(canvas: CanvasCampus, api: httpx.Client) -> None:
    strike(canvas, FaultKind.TRUNCATED_PAGE, path="enrollments")
    answer = api.get("/courses/1/enrollments")
    assert answer.status_code == 200
    assert "next" in answer.links
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_cut_body_ends_early(canvas: CanvasCampus, api: httpx.Client) -> None:
    strike(canvas, FaultKind.CUT_BODY)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        api.get("/courses/1/enrollments")


def test_a_silent_no_op_says_yes_and_does_nothing(canvas: CanvasCampus, api: httpx.Client) -> None:
    strike(canvas, FaultKind.SILENT_NO_OP_WRITE, method="POST")
    writes = len(canvas.state.writes)
    answer = api.post(SECTION, data=ENROL)
    assert (answer.status_code, answer.json()["enrollment_state"]) == (200, "active")
    assert not enrolled(canvas)
    assert len(canvas.state.writes) == writes
    assert api.get(SECTION).json() == []
    assert api.post(SECTION, data=ENROL).json()["id"] == answer.json()["id"]
    assert enrolled(canvas)


def test_a_silent_no_op_import_reports_success(canvas: CanvasCampus, api: httpx.Client) -> None:
    strike(canvas, FaultKind.SILENT_NO_OP_WRITE, method="POST")
    content = "section_id,user_id,role,status\n202680-10003,A00000001,student,active\n"
    posted = api.post("/accounts/1/sis_imports?extension=csv", content=content, headers={"Content-Type": "text/csv"})
    for _ in range(3):
        done = api.get(f"/accounts/1/sis_imports/{posted.json()['id']}").json()
    assert (done["workflow_state"], done["data"]["counts"]["enrollments"]) == ("imported", 1)
    assert not enrolled(canvas)


def test_a_token_expires_in_the_middle_of_paging(canvas: CanvasCampus) -> None:
    tokens = canvas.face.tokens
    refresh = tokens.issue_refresh("service")
    words = {
        "grant_type": "refresh_token",
        "client_id": tokens.client_id,
        "client_secret": tokens.client_secret,
        "refresh_token": refresh,
    }
    strike(canvas, FaultKind.EXPIRE_TOKEN, path="enrollments", after=1)
    with canvas.client("none") as client:
        path = f"{canvas.url}/login/oauth2/token"
        client.headers["Authorization"] = f"Bearer {client.post(path, data=words).json()['access_token']}"
        first = client.get("/courses/1/enrollments")
        refused = client.get(str(first.links["next"]["url"]))
        assert (refused.status_code, refused.json()["errors"][0]["message"]) == (401, "Expired access token.")
        assert "www-authenticate" in refused.headers
        assert client.get("/accounts/1").status_code == 401, "it stays expired"
        client.headers["Authorization"] = f"Bearer {client.post(path, data=words).json()['access_token']}"
        assert len(client.get(str(first.links["next"]["url"])).json()) == 10
