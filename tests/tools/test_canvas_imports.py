"""Imports as jobs, against a scripted Canvas that takes its time (R74)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from domain.errors import CredentialRejected, RecordLocked, UncertainEffect
from tests.tools.test_wire_client import connect
from tests.tools.wire_server import Asked, Reply, Served, serve
from tools.lms.canvas.write.imports import ImportPatience, ImportRunner

PATIENCE = ImportPatience(first_wait=1, longest_wait=2, limit=10)


class SlowCanvas:
    """Answers the states of its imports in turn; ``busy`` listings show an earlier import first."""

    def __init__(self, *states: str, busy: int = 0, lost: int = 0, errors: Reply | None = None) -> None:
        self.states, self.busy, self.lost, self.errors = list(states), busy, lost, errors
        self.now = 0.0

    def answer(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            self.lost -= 1
            return Reply(drop=True) if self.lost >= 0 else self._job(9, self.states[0])
        if asked.path.endswith("/errors"):
            return self.errors or Reply(body=b'{"sis_import_errors": []}')
        if asked.path.endswith("/sis_imports"):
            self.busy -= 1
            running = [{"id": 8, "workflow_state": "importing"}] if self.busy >= 0 else []
            return Reply(body=json.dumps({"sis_imports": running}).encode())
        return self._job(9, self.states.pop(0) if len(self.states) > 1 else self.states[0])

    def _job(self, number: int, state: str) -> Reply:
        job = {"id": number, "workflow_state": state, "processing_warnings": [["users.csv", "something"]]}
        return Reply(body=json.dumps(job).encode())

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@contextmanager
def runner(canvas: SlowCanvas) -> Iterator[tuple[ImportRunner, Served]]:
    with serve(canvas.answer) as server, connect(server) as client:
        patient = ImportRunner(client, "/api/v1/accounts/1", PATIENCE, sleep=canvas.sleep, monotonic=lambda: canvas.now)
        yield patient, server


def posts(server: Served) -> list[int]:
    return [place for place, asked in enumerate(server.asked) if asked.method == "POST"]


def test_a_new_import_waits_for_one_that_runs() -> None:
    canvas = SlowCanvas("imported", busy=3)
    with runner(canvas) as (imports, server):
        imports.settle()
        imports.run(b"zip")
    assert posts(server) == [4]
    assert canvas.now == pytest.approx(1 + 1.5 + 2)


def test_an_import_that_never_ends_locks_the_next_one_out_with_a_next_step() -> None:
    with runner(SlowCanvas("imported", busy=99)) as (imports, server), pytest.raises(RecordLocked) as caught:
        imports.settle()
    assert posts(server) == []
    assert caught.value.fix


def test_r74_an_import_is_watched_through_every_working_state() -> None:
    canvas = SlowCanvas("initializing", "created", "importing", "cleanup_batch", "imported_with_messages")
    with runner(canvas) as (imports, server):
        job = imports.run(b"zip")
    assert job.workflow_state == "imported_with_messages"
    assert job.has_messages
    assert posts(server) == [0]


def test_r74_patience_ends_and_the_import_is_reported_as_it_stands() -> None:
    canvas = SlowCanvas("importing")
    with runner(canvas) as (imports, _):
        assert imports.run(b"zip").workflow_state == "importing"
    assert canvas.now <= PATIENCE.limit


def test_r75_a_lost_answer_is_followed_by_a_wait_and_one_more_send() -> None:
    canvas = SlowCanvas("imported", busy=2, lost=1)
    with runner(canvas) as (imports, server):
        assert imports.run(b"zip").id == 9
    assert posts(server) == [0, 4]


def test_r75_a_lost_answer_while_an_import_hangs_is_uncertain_and_not_sent_again() -> None:
    with runner(SlowCanvas("imported", busy=99, lost=1)) as (imports, server), pytest.raises(UncertainEffect):
        imports.run(b"zip")
    assert posts(server) == [0]


def test_no_import_ever_asks_for_batch_mode_diffing_or_stickiness() -> None:
    with runner(SlowCanvas("imported")) as (imports, server):
        imports.run(b"zip")
    assert server.asked[0].query == {"import_type": "instructure_csv", "extension": "zip"}
    assert server.asked[0].headers["content-type"] == "application/zip"


@pytest.mark.parametrize(
    ("errors", "texts"),
    [
        (
            Reply(body=b'{"sis_import_errors": [{"file": "users.csv", "message": "row", "row": 2}]}'),
            ["row", "something"],
        ),
        (Reply(404), ["something"]),
        (Reply(401, b'{"status":"unauthorized"}'), ["something"]),
        (Reply(500), ["something"]),
    ],
)
def test_r74_messages_come_from_the_list_and_the_summary(errors: Reply, texts: list[str]) -> None:
    with runner(SlowCanvas("imported_with_messages", errors=errors)) as (imports, _):
        job = imports.run(b"zip")
        assert [one.message for one in imports.read_messages(job)] == texts


def test_a_credential_without_the_right_to_import_is_said_so() -> None:
    def refuse(_: Asked) -> Reply:
        return Reply(403, b'{"status":"unauthorized","errors":[]}')

    with serve(refuse) as server, connect(server) as client, pytest.raises(CredentialRejected):
        ImportRunner(client, "/api/v1/accounts/1", PATIENCE).run(b"zip")
