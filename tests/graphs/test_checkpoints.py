"""Checkpoints: sealed, bound to their thread, strict, and readable after restart, rotation and days."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import ormsgpack
import psycopg
import pytest
import time_machine
from langgraph.types import Command
from typing_extensions import TypedDict

from domain.errors import ConfigurationError, InternalError
from domain.records import Record
from graphs.channels import checked
from graphs.checkpoints import Saver, SealedRows, SealedSerializer, sealed_serializer
from store.keys import KeyRing
from tests.graphs.conftest import Note, OpenSaver, thread, waiting_graph

PLANTED = ("Zoë Ångström-Planted", "A00999999", "per_plantedhandle0")
SECRET = " ".join(PLANTED)


def start(saver: Saver, name: str = "run_0123456789ab") -> None:
    waiting_graph(saver).invoke({"note": Note(text=SECRET)}, thread(name), durability="sync", version="v2")


def raw_bytes(url: str, folder: Path) -> bytes:
    """Everything the database holds, as it lies on disk or as PostgreSQL shows it."""
    if url.startswith("sqlite"):
        return b"".join(path.read_bytes() for path in (folder / "state").iterdir())
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        tables = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
        rows = [row for table in tables for row in connection.execute(f"SELECT * FROM {table}")]
    return repr(rows).encode()


def test_s226_nothing_planted_lies_in_the_raw_bytes(open_saver: OpenSaver, checkpoint_url: str, tmp_path: Path) -> None:
    with open_saver() as saver:
        start(saver)
    found = raw_bytes(checkpoint_url, tmp_path)
    assert len(found) > 1000
    for word in PLANTED:
        assert word.encode() not in found
        assert ascii(word)[1:-1].encode() not in found


def test_a_resume_works_after_restart_and_after_days(open_saver: OpenSaver) -> None:
    with time_machine.travel("2026-09-21T09:00:00Z", tick=True) as traveller:
        with open_saver() as saver:
            start(saver)
        traveller.shift(timedelta(days=9))
        with open_saver() as saver:
            graph = waiting_graph(saver)
            waiting = graph.get_state(thread()).interrupts
            graph.invoke(Command(resume={waiting[0].id: {"word": "yes"}}), thread(), durability="sync", version="v2")
            state = graph.get_state(thread())
    assert waiting[0].value == {"about": SECRET}
    assert state.values["trail"] == [Note(text=SECRET), Note(text="yes")]
    assert state.tasks == ()


def test_rotation_keeps_old_rows_readable_and_seals_new_ones_anew(open_saver: OpenSaver, ring: KeyRing) -> None:
    with open_saver() as saver:
        start(saver)
    assert ring.rotate() == "k2"
    with open_saver() as saver:
        graph = waiting_graph(saver)
        waiting = graph.get_state(thread()).interrupts[0]
        graph.invoke(Command(resume={waiting.id: {"word": "yes"}}), thread(), durability="sync", version="v2")
        assert graph.get_state(thread()).values["reply"].word == "yes"


def test_a_crafted_plaintext_row_is_refused_and_never_rebuilt(
    open_saver: OpenSaver, checkpoint_url: str, tmp_path: Path
) -> None:
    with open_saver() as saver:
        start(saver)
    marker = tmp_path / "executed"
    crafted = ormsgpack.packb(ormsgpack.Ext(0, ormsgpack.packb(("os", "system", f"touch {marker}"))))
    _plant(checkpoint_url, tmp_path, crafted)
    with open_saver() as saver, pytest.raises(ConfigurationError, match="not sealed"):
        waiting_graph(saver).get_state(thread())
    assert not marker.exists()


def _plant(url: str, folder: Path, crafted: bytes) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(folder / "state" / "threads.db")) as connection, connection:
            changed = connection.execute("UPDATE writes SET type='msgpack', value=?", (crafted,)).rowcount
            changed += connection.execute("UPDATE checkpoints SET type='msgpack', checkpoint=?", (crafted,)).rowcount
    else:
        with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
            changed = connection.execute("UPDATE checkpoint_blobs SET type='msgpack', blob=%s", (crafted,)).rowcount
    assert changed > 0


@pytest.mark.postgres
def test_a_value_planted_in_clear_beside_the_checkpoint_is_refused(open_saver: OpenSaver, checkpoint_url: str) -> None:
    if checkpoint_url.startswith("sqlite"):
        pytest.skip("SQLite keeps no value beside the sealed checkpoint")
    with open_saver() as saver:
        start(saver)
    with psycopg.connect(checkpoint_url.replace("+psycopg", "", 1)) as connection:
        connection.execute(
            "UPDATE checkpoints SET checkpoint = jsonb_set(checkpoint, '{channel_values,reply}', '\"yes\"')"
        )
    with open_saver() as saver, pytest.raises(ConfigurationError, match="not sealed"):
        waiting_graph(saver).get_state(thread())


def test_a_row_moved_to_another_thread_does_not_open(
    open_saver: OpenSaver, checkpoint_url: str, tmp_path: Path
) -> None:
    with open_saver() as saver:
        start(saver)
    tables = ("checkpoints", "writes") if checkpoint_url.startswith("sqlite") else ("checkpoints", "checkpoint_blobs")
    moves = [f"UPDATE {table} SET thread_id = 'run_ffffffffffff'" for table in tables]
    if checkpoint_url.startswith("sqlite"):
        with closing(sqlite3.connect(tmp_path / "state" / "threads.db")) as connection, connection:
            [connection.execute(move) for move in moves]
    else:
        with psycopg.connect(checkpoint_url.replace("+psycopg", "", 1)) as connection:
            [connection.execute(move) for move in moves]
    with open_saver() as saver, pytest.raises(ConfigurationError, match="does not open"):
        waiting_graph(saver).get_state(thread("run_ffffffffffff"))


def test_the_threads_that_are_kept_are_named_and_one_can_be_removed(open_saver: OpenSaver) -> None:
    with open_saver() as saver:
        assert isinstance(saver, SealedRows)
        names = ("run_0123456789ab", "run_0123456789ac")
        for name in names:
            start(saver, name)
        assert saver.threads() == set(names)
        saver.delete_thread(names[0])
        assert saver.threads() == {names[1]}


def test_compiling_in_strict_mode_keeps_the_refusal(open_saver: OpenSaver) -> None:
    with open_saver() as saver:
        assert isinstance(waiting_graph(saver).checkpointer.serde, SealedSerializer)


def test_a_class_the_state_does_not_name_is_not_rebuilt(ring: KeyRing, open_saver: OpenSaver) -> None:
    class Stranger(Record):
        text: str

    with open_saver() as saver:
        serde = waiting_graph(saver).checkpointer.serde
        from graphs import checkpoints

        with checkpoints._binding(thread()):
            named = serde.loads_typed(serde.dumps_typed(Note(text="a")))
            stranger = serde.loads_typed(sealed_serializer(ring).dumps_typed(Stranger(text="a")))
    assert named == Note(text="a")
    assert stranger == {"text": "a"}


@pytest.mark.parametrize(
    "name", ["A00123456", "zoe@example.edu", "run 1", "", "run_A00123456", "run_0123456789ab/../x"]
)
def test_a_thread_id_that_is_not_opaque_is_refused(open_saver: OpenSaver, name: str) -> None:
    with open_saver() as saver, pytest.raises(InternalError, match="opaque"):
        start(saver, name)


class BareState(TypedDict):
    who: str


class OpenRecord(Record):
    anything: object


class OpenState(TypedDict):
    record: OpenRecord


@pytest.mark.parametrize("schema", [BareState, OpenState])
def test_a_state_with_a_bare_or_open_channel_never_compiles(schema: type) -> None:
    with pytest.raises(InternalError, match="does not hold records"):
        checked(schema)


def test_a_process_that_loaded_langgraph_unstrictly_refuses_to_start() -> None:
    code = "import langgraph.graph, graphs.checkpoints as c; c.require_strict_msgpack()"
    environment = {name: value for name, value in os.environ.items() if name != "LANGGRAPH_STRICT_MSGPACK"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1
    assert "without strict reading" in done.stderr
