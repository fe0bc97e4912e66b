"""Paging knows whether everything came (R70)."""

import json
from collections.abc import Callable

import pytest

from domain.errors import ConfigurationError, CredentialRejected, Unreachable
from tests.tools.test_wire_client import connect, in_turn
from tests.tools.wire_server import Asked, Reply, serve
from tools.wire import CanvasOAuth, OAuthApp, RetryPolicy, TlsPolicy, WireClient, link_pages, offset_pages

Script = Callable[[Asked], Reply]
ROWS = [{"id": number} for number in range(7)]


def page(asked: Asked, rows: list[dict[str, int]], size: int = 3, wrapped: str = "") -> Reply:
    start = int(asked.query.get("page", "0")) * size
    body: object = rows[start : start + size]
    number = start // size + 1
    links = f'<https://{asked.headers["host"]}/rows?page={number}>; REL="next"' if start + size < len(rows) else ""
    return Reply(
        body=json.dumps({wrapped: body} if wrapped else body).encode(), headers={"Link": links.replace("REL", "rel")}
    )


@pytest.mark.parametrize("key", ["", "sis_imports"])
def test_r70_link_pages_are_complete_only_after_the_last(key: str) -> None:
    with serve(lambda asked: page(asked, ROWS, wrapped=key)) as server, connect(server) as client:
        pages = link_pages(client, "/rows", (("per_page", "3"),), key=key)
        rows = iter(pages)
        next(rows)
        early = pages.complete
        assert [ROWS[0], *rows] == ROWS
        assert (early, pages.complete) == (False, True)
    assert len(server.asked) == 3


def test_r70_a_page_that_never_comes_leaves_the_fetch_incomplete() -> None:
    def script(asked: Asked) -> Reply:
        return Reply(500) if asked.query.get("page") == "1" else page(asked, ROWS)

    with serve(script) as server, connect(server) as client:
        pages = link_pages(client, "/rows")
        with pytest.raises(Unreachable):
            list(pages)
        assert not pages.complete


def test_a_next_link_to_another_host_is_not_followed() -> None:
    reply = Reply(headers={"Link": '<https://elsewhere.example/rows?page=2>; rel="next"'})
    with serve(in_turn(reply)) as server, connect(server) as client, pytest.raises(ConfigurationError) as caught:
        list(link_pages(client, "/rows"))
    assert caught.value.field == "link"


def test_r70_a_next_link_that_leads_back_is_never_complete() -> None:
    def script(asked: Asked) -> Reply:
        return Reply(headers={"Link": f'<https://{asked.headers["host"]}/rows?page=1>; rel="next"'})

    with serve(script) as server, connect(server) as client:
        pages = link_pages(client, "/rows")
        list(pages)
        assert not pages.complete
    assert len(server.asked) < 5


def offset_script(rows: list[dict[str, int]], total: str, largest: int = 100) -> Script:
    def script(asked: Asked) -> Reply:
        start, limit = int(asked.query["offset"]), min(int(asked.query["limit"]), largest)
        headers = {"x-total-count": total, "x-max-page-size": str(largest)} if total else {}
        return Reply(body=json.dumps(rows[start : start + limit]).encode(), headers=headers)

    return script


@pytest.mark.parametrize(
    ("rows", "total", "largest", "complete"),
    [
        (ROWS, "7", 100, True),
        (ROWS, "7", 2, True),
        (ROWS, "", 100, True),
        ([], "0", 100, True),
        (ROWS, "9", 100, False),
        (ROWS[:6], "3", 100, False),
        ([*ROWS[:6], ROWS[0]], "7", 100, False),
    ],
    ids=["exact", "clamped", "no_total", "empty", "total_too_high", "total_too_low", "a_row_twice"],
)
def test_r70_offset_pages_compare_with_the_announced_total(
    rows: list[dict[str, int]], total: str, largest: int, complete: bool
) -> None:
    with serve(offset_script(rows, total, largest)) as server, connect(server) as client:
        pages = offset_pages(client, "/rows", page_size=3)
        assert list(pages) == rows
        assert pages.complete is complete


def token_script(life: str, expire_after: int) -> Script:
    """Answer the sign-in and pages; the first token stops working after ``expire_after`` pages."""
    state = {"tokens": 0, "pages": 0}

    def script(asked: Asked) -> Reply:
        if asked.path == "/login/oauth2/token":
            state["tokens"] += 1
            return Reply(body=json.dumps({"access_token": f"t{state['tokens']}", "expires_in": life}).encode())
        state["pages"] += 1
        if asked.headers["authorization"] == "Bearer t1" and state["pages"] > expire_after:
            return Reply(401, b'{"errors":[{"message":"Expired access token."}]}', {"WWW-Authenticate": "Bearer"})
        return page(asked, ROWS)

    return script


def oauth(url: str, tls: TlsPolicy) -> CanvasOAuth:
    return CanvasOAuth(url, OAuthApp(client_id="1", client_secret="s", refresh_token="r"), tls=tls)


def test_a_token_that_expires_mid_page_is_renewed_and_nothing_is_lost() -> None:
    with serve(token_script("3600", 1)) as server:
        tls = TlsPolicy(ca_file=server.ca_file)
        with WireClient(server.url, oauth(server.url, tls), system="canvas", tls=tls) as client:
            pages = link_pages(client, "/rows")
            assert len(list(pages)) == 7
            assert pages.complete
    assert [asked.path for asked in server.asked].count("/login/oauth2/token") == 2


def test_a_token_near_its_end_is_renewed_before_it_is_refused() -> None:
    with serve(token_script("0", 99)) as server:
        tls = TlsPolicy(ca_file=server.ca_file)
        with WireClient(server.url, oauth(server.url, tls), system="canvas", tls=tls) as client:
            assert len(list(link_pages(client, "/rows"))) == 7
    assert [asked.path for asked in server.asked].count("/login/oauth2/token") == 3


def test_a_withdrawn_grant_is_a_rejected_credential() -> None:
    with serve(in_turn(Reply(400, b'{"error":"invalid_grant"}'))) as server:
        tls = TlsPolicy(ca_file=server.ca_file)
        client = WireClient(server.url, oauth(server.url, tls), system="canvas", tls=tls, retry=RetryPolicy(attempts=1))
        with client, pytest.raises(CredentialRejected) as caught:
            client.get("/rows")
    assert caught.value.field == "refresh_token"
