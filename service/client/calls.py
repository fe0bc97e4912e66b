"""The client: one method for each operation of the interface, with the records that it takes and gives.

A test holds every method against the OpenAPI document: path, method, parameters, body and answer.
"""

import json
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, TypeAdapter

from graphs.chat_events import ChatEvent
from service.client import records as r
from service.client.failures import RequestFailed

M = TypeVar("M", bound=BaseModel)
_FAILED = 400
_EVENTS: TypeAdapter[ChatEvent] = TypeAdapter(ChatEvent)


class ProvostClient:
    """Speaks to one installation with one token; use it as a context manager or call ``close``.

    Raises RequestFailed for every answer that is a problem, and httpx.TransportError where there is no answer.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 30.0, http: httpx.Client | None = None) -> None:
        self._http = http or httpx.Client(timeout=timeout, trust_env=False)
        self._base, self._headers = f"{url.rstrip('/')}/api/v1", {"Authorization": f"Bearer {token}"}

    def who_am_i(self) -> r.Me:
        """Say who the caller is."""
        return self._get("/me", r.Me)

    def list_graphs(self) -> r.Graphs:
        """List the graphs that can be started."""
        return self._get("/workflows", r.Graphs)

    def start_run(self, graph: str, wanted: r.Wanted, *, key: str | None = None) -> r.Accepted:
        """Start a graph; the same key starts it once."""
        return self._post(f"/workflows/{_part(graph)}/runs", wanted, r.Accepted, key)

    def list_runs(self, *, kind: str = "", cursor: str = "", limit: int = 50) -> r.Page[r.RunRead]:
        """List runs, newest first."""
        return self._get("/runs", r.Page[r.RunRead], kind=kind, cursor=cursor, limit=limit)

    def read_run(self, run: str) -> r.RunRead:
        """Read one run."""
        return self._get(f"/runs/{_part(run)}", r.RunRead)

    def follow_run(self, run: str, *, last: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the events of a run as they come: state, entry and, at the end, ended."""
        headers = {"Last-Event-ID": str(last)}
        yield from self._stream("GET", f"/runs/{_part(run)}/events", None, headers)

    def list_approvals(self, *, cursor: str = "", limit: int = 50) -> r.Page[r.ApprovalRead]:
        """List what waits for the caller."""
        return self._get("/approvals", r.Page[r.ApprovalRead], cursor=cursor, limit=limit)

    def read_approval(self, approval: str) -> r.ApprovalDetail:
        """Read one request with every change of its plan."""
        return self._get(f"/approvals/{_part(approval)}", r.ApprovalDetail)

    def answer_approval(self, approval: str, given: r.Given, *, key: str | None = None) -> r.AnswerRead:
        """Answer a request, for exactly one plan hash."""
        return self._post(f"/approvals/{_part(approval)}/answers", given, r.AnswerRead, key)

    def read_caseload(self, *, cursor: str = "", limit: int = 50) -> r.Page[r.StudentRead]:
        """Read the caller's caseload."""
        return self._get("/alerts", r.Page[r.StudentRead], cursor=cursor, limit=limit)

    def read_student(self, person: str) -> r.StudentRead:
        """Read one student by record handle."""
        return self._get(f"/students/{_part(person)}", r.StudentRead)

    def give_feedback(self, alert: str, feedback: r.Feedback, *, key: str | None = None) -> r.AlertRead:
        """Say what came of an alert."""
        return self._post(f"/alerts/{_part(alert)}/feedback", feedback, r.AlertRead, key)

    def list_cases(self, *, cursor: str = "", limit: int = 50) -> r.Page[r.CaseRead]:
        """List open cases and tickets."""
        return self._get("/cases", r.Page[r.CaseRead], cursor=cursor, limit=limit)

    def read_ledger(self, *, run: str = "", kind: str = "", cursor: str = "", limit: int = 100) -> r.Page[r.EntryRead]:
        """Read the ledger."""
        return self._get("/ledger/entries", r.Page[r.EntryRead], run=run, kind=kind, cursor=cursor, limit=limit)

    def verify_ledger(self) -> r.Whole:
        """Check the ledger after its newest checkpoint."""
        return self._get("/ledger/verification", r.Whole)

    def ask(self, asked: r.Asked) -> Iterator[ChatEvent]:
        """Ask the advising chat and yield what it says as it comes."""
        for _, said in self._stream("POST", "/chat", asked, {}):
            yield _EVENTS.validate_python(said)

    def list_conversations(self) -> r.Conversations:
        """List the caller's conversations."""
        return self._get("/chat/conversations", r.Conversations)

    def read_conversation(self, conversation: str) -> r.Transcript:
        """Read a conversation."""
        return self._get(f"/chat/conversations/{_part(conversation)}", r.Transcript)

    def forget_conversation(self, conversation: str) -> None:
        """Forget a conversation."""
        path = f"/chat/conversations/{_part(conversation)}"
        _checked(self._http.request("DELETE", self._base + path, headers=self._headers))

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        """Give the client to a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it at the end of the block."""
        self.close()

    def _get(self, path: str, model: type[M], **params: str | int) -> M:
        asked = {name: value for name, value in params.items() if value != ""}
        answer = self._http.request("GET", self._base + path, params=asked, headers=self._headers)
        return model.model_validate_json(_checked(answer).content)

    def _post(self, path: str, body: BaseModel, model: type[M], key: str | None) -> M:
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        sent = body.model_dump(mode="json", exclude_defaults=True)
        answer = self._http.request("POST", self._base + path, json=sent, headers=headers)
        return model.model_validate_json(_checked(answer).content)

    def _stream(
        self, method: str, path: str, body: BaseModel | None, headers: dict[str, str]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        sent = body.model_dump(mode="json", exclude_defaults=True) if body else None
        with self._http.stream(method, self._base + path, json=sent, headers={**self._headers, **headers}) as answer:
            if answer.status_code >= _FAILED:
                answer.read()
            yield from _read_events(_checked(answer).iter_lines())


def _read_events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and data of each server-sent event; comments keep the line open and say nothing."""
    kind = "message"
    for line in lines:
        name, _, value = line.partition(":")
        if name == "event":
            kind = value.strip()
        elif name == "data":
            yield kind, json.loads(value)


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.status_code < _FAILED:
        return answer
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    waits = answer.headers.get("retry-after", "")
    raise RequestFailed(
        answer.status_code, problem if isinstance(problem, dict) else {}, int(waits) if waits.isdigit() else None
    )


def _part(said: str) -> str:
    """Return one part of a path, whatever is in it."""
    return quote(said, safe="")
