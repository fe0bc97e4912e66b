"""The baseline of a governed run: the same supersteps, whose nodes commit bare rows and do nothing else."""

import operator
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from domain.records import Record
from store.database import Database

if TYPE_CHECKING:
    from graphs.checkpoints import Saver

_CREATE = "CREATE TABLE bare (run TEXT, body TEXT)"
_ROW = ("run_0123456789", "x" * 400)


class Place(Record):
    """What the baseline keeps in state."""

    text: str


class BareState(TypedDict, total=False):
    """The baseline's state: of the same shape as ours."""

    plan: Place
    split: Place
    ended: Annotated[list[Place], operator.add]


def bare_graph(commit: Callable[[], None], commits: int) -> Any:  # noqa: ANN401 LangGraph's builder
    """Build the baseline: decide, one part with record, apply and verify, close; commits spread over the nodes."""
    from langgraph.graph import END, START, StateGraph
    from langgraph.types import Send

    shares = [commits // 4 + (place < commits % 4) for place in range(4)]

    def node(share: int, update: BareState) -> Any:  # noqa: ANN401 any callable will do for LangGraph
        def work(_state: BareState) -> BareState:
            for _ in range(share):
                commit()
            return update

        return work

    part = StateGraph(BareState)
    part.add_node("record", node(shares[1], {}))
    part.add_node("apply", node(shares[2], {}))
    part.add_node("verify", node(shares[3], {"ended": [Place(text="verified")]}))
    part.add_edge(START, "record")
    part.add_edge("record", "apply")
    part.add_edge("apply", "verify")
    part.add_edge("verify", END)
    whole = StateGraph(BareState)
    whole.add_node("decide", node(shares[0], {"split": Place(text="automatic")}))
    whole.add_node("carry_out", part.compile())
    whole.add_node("close", node(0, {}))
    whole.add_edge(START, "decide")
    whole.add_conditional_edges("decide", lambda state: [Send("carry_out", {"plan": state["plan"]})], ["carry_out"])
    whole.add_edge("carry_out", "close")
    whole.add_edge("close", END)
    return whole


def open_rows(path: Path) -> sqlite3.Connection:
    """Open a file for bare rows by the driver alone, with the durability that our database has."""
    rows = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    rows.execute("PRAGMA journal_mode=WAL")
    rows.execute("PRAGMA synchronous=FULL")
    rows.execute(_CREATE)
    return rows


def commit_by_driver(rows: sqlite3.Connection) -> None:
    """Commit one row of the size of a ledger entry, durably, by the driver alone."""
    rows.execute("BEGIN IMMEDIATE")
    rows.execute("INSERT INTO bare VALUES (?, ?)", _ROW)
    rows.execute("COMMIT")


def create_table(database: Database) -> None:
    """Make the table for bare rows in our own database."""
    with database.session() as session:
        session.connection().exec_driver_sql(_CREATE)


def commit_by_session(database: Database) -> None:
    """Commit one such row through the database layer that everything else uses."""
    with database.session() as session:
        session.connection().exec_driver_sql("INSERT INTO bare VALUES (?, ?)", _ROW)


def plain_saver(folder: Path) -> "Saver":
    """Return LangGraph's own saver on a file, sealed by nobody."""
    from langgraph.checkpoint.sqlite import SqliteSaver

    connection = sqlite3.connect(folder / "plain.db", timeout=30, check_same_thread=False)
    saver = SqliteSaver(connection)
    saver.setup()
    connection.execute("PRAGMA synchronous=FULL")
    return saver
