"""A small graph that waits for a person, sealed checkpoints on both databases, and the words that must never show."""

import operator
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, TypedDict

import psycopg
import pytest

from domain.records import Record
from graphs.channels import checked
from graphs.checkpoints import Saver, open_checkpoints
from store.keys import KeyRing


class Note(Record):
    """A text in state."""

    text: str


class Reply(Record):
    """A person's answer."""

    word: str


class WaitingState(TypedDict, total=False):
    note: Note
    reply: Reply
    trail: Annotated[list[Note], operator.add]


OpenSaver = Callable[[], AbstractContextManager[Saver]]


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.open(tmp_path / "keys")


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A schema of its own in the test database, dropped afterwards."""
    address = os.environ.get("PROVOST_TEST_POSTGRES")
    if not address:
        pytest.skip("PROVOST_TEST_POSTGRES is not set")
    plain = address.replace("postgresql+psycopg://", "postgresql://", 1)
    name = f"graphs_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(plain, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    yield plain.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://", 1) + f"/{name}"
    with psycopg.connect(plain, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.slow])])
def checkpoint_url(request: pytest.FixtureRequest) -> str:
    return "sqlite:///unused" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def open_saver(checkpoint_url: str, ring: KeyRing, tmp_path: Path) -> OpenSaver:
    """Opens the same checkpoints again and again, as processes that come and go do."""
    return lambda: open_checkpoints(checkpoint_url, ring, tmp_path / "state")


def waiting_graph(saver: Saver):
    """note -> ask a person -> keep the reply."""
    from langgraph.graph import END, START, StateGraph
    from langgraph.types import interrupt

    def ask(state: WaitingState) -> WaitingState:
        return {"reply": interrupt({"about": state["note"].text}, response_schema=Reply)}

    builder = StateGraph(checked(WaitingState))
    builder.add_node("keep", lambda state: {"trail": [state["note"]]})
    builder.add_node("ask", ask)
    builder.add_node("close", lambda state: {"trail": [Note(text=state["reply"].word)]})
    builder.add_edge(START, "keep")
    builder.add_edge("keep", "ask")
    builder.add_edge("ask", "close")
    builder.add_edge("close", END)
    return builder.compile(checkpointer=saver)


def thread(name: str = "run_0123456789ab") -> dict:
    return {"configurable": {"thread_id": name}}
