"""Where a run stands, kept so that it survives a crash, a restart and a week of waiting, and names nobody in clear.

Checkpoints are LangGraph's, sealed row by row: AES-GCM under the installation's key ring, each row bound to its thread,
so that a row copied to another thread does not open. A row that was never sealed is refused, because LangGraph would
otherwise read, and rebuild objects from, whatever someone with database access put there. Only the classes a graph's
state names may be rebuilt at all (strict msgpack).
"""

import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.base import CheckpointTuple as Tuple
from langgraph.checkpoint.serde._msgpack import STRICT_MSGPACK_ENABLED
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from domain.errors import ConfigurationError, InternalError
from store.keys import KeyRing

_CIPHER = "gcm"
_OPAQUE = re.compile(r"^[a-z]{2,8}_[0-9a-z]{8,64}(\.[0-9a-z]{1,16})*$")
_THREAD: ContextVar[str] = ContextVar("checkpoint_thread")

Saver = BaseCheckpointSaver[str]


def require_strict_msgpack() -> None:
    """Refuse to start where LangGraph was imported before strict reading was asked for.

    Raises ConfigurationError.
    """
    if not STRICT_MSGPACK_ENABLED:
        raise ConfigurationError(
            "LangGraph was loaded without strict reading of checkpoints.",
            field="LANGGRAPH_STRICT_MSGPACK",
            fix="Import graphs before langgraph, or set LANGGRAPH_STRICT_MSGPACK=true in the environment.",
        )


class RingCipher:
    """Seals with the ring's present key and opens with whichever key sealed; each row is bound to its thread."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def encrypt(self, plaintext: bytes) -> tuple[str, bytes]:
        """Return the cipher's name with the key id, such as ``gcm.k1``, and the sealed bytes."""
        key_id, sealed = self._ring.seal_bytes(plaintext, _bound())
        return f"{_CIPHER}.{key_id}", sealed

    def decrypt(self, ciphername: str, ciphertext: bytes) -> bytes:
        """Open a row; raises ConfigurationError for a row that was altered, moved or sealed by someone else."""
        cipher, _, key_id = ciphername.partition(".")
        if cipher != _CIPHER:
            raise refused_row()
        return self._ring.unseal_bytes(key_id, ciphertext, _bound())


class SealedSerializer(EncryptedSerializer):
    """Reads and writes sealed rows only."""

    def loads_typed(self, data: tuple[str, bytes]) -> Any:  # noqa: ANN401 what a row holds is the graph's affair
        """Open and rebuild a row; raises ConfigurationError for one that is not sealed."""
        if "+" not in (data[0] or ""):
            raise refused_row()
        return super().loads_typed(data)


def refused_row() -> ConfigurationError:
    """Return the refusal of a checkpoint row that this installation did not write."""
    return ConfigurationError(
        "A checkpoint row is not sealed by this installation, so it was not read.",
        field="checkpoint",
        fix="Find out who wrote to the checkpoint tables, delete the thread, and reconcile the term again.",
    )


def sealed_serializer(ring: KeyRing) -> SealedSerializer:
    """Return the serializer of a new saver: msgpack without pickle, sealed by the ring."""
    return SealedSerializer(RingCipher(ring), JsonPlusSerializer(pickle_fallback=False))


class SealedRows(BaseCheckpointSaver[str]):
    """What both savers share: the thread is bound while rows are sealed or opened, and stays opaque.

    LangGraph rebuilds the serializer when it compiles a graph in strict mode and would drop the refusal of rows that
    are not sealed; ``with_allowlist`` puts it back.
    """

    def with_allowlist(self, extra_allowlist: Collection[tuple[str, ...]]) -> Saver:
        """Return a copy that may also rebuild the given classes, still sealed."""
        copied = super().with_allowlist(extra_allowlist)
        if isinstance(copied.serde, EncryptedSerializer) and not isinstance(copied.serde, SealedSerializer):
            copied.serde = SealedSerializer(copied.serde.cipher, copied.serde.serde)
        return copied

    def threads(self) -> frozenset[str]:
        """Return the ids of all threads that have checkpoints."""
        raise NotImplementedError

    def get_tuple(self, config: RunnableConfig) -> Tuple | None:
        """Return the newest checkpoint of the thread, or the one named."""
        with _binding(config):
            return super().get_tuple(config)

    def list(self, config: RunnableConfig | None, **choice: Any) -> Iterator[Tuple]:  # noqa: ANN401
        """Return the checkpoints of one thread, newest first; raises InternalError where no thread is named."""
        with _binding(config):
            rows = [*super().list(config, **choice)]
        return iter(rows)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write one checkpoint; raises InternalError where a channel holds a bare value, which would stay in clear."""
        _refuse_bare(checkpoint["channel_values"])
        with _binding(config):
            return super().put(config, checkpoint, metadata, new_versions)

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Write what the tasks of a step produced."""
        with _binding(config):
            super().put_writes(config, writes, task_id, task_path)


class SealedSqliteSaver(SealedRows, SqliteSaver):
    """Checkpoints in one SQLite file, for one worker process."""

    def threads(self) -> frozenset[str]:
        """Return the ids of all threads that have checkpoints."""
        with self.cursor(transaction=False) as cursor:
            return frozenset(row[0] for row in cursor.execute("SELECT DISTINCT thread_id FROM checkpoints"))


@contextmanager
def open_checkpoints(url: str, ring: KeyRing, folder: Path) -> Iterator[SealedRows]:
    """Open the checkpoints of an installation: a SQLite file of their own, or the PostgreSQL database at ``url``.

    ``folder`` is where the SQLite file lies. Raises ConfigurationError where strict reading is off.
    """
    require_strict_msgpack()
    if url.startswith("sqlite"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(folder / "threads.db", timeout=30, check_same_thread=False)
        try:
            yield _sqlite(connection, ring)
        finally:
            connection.close()
    else:
        from graphs.checkpoints_postgres import open_postgres

        with open_postgres(url, sealed_serializer(ring)) as saver:
            yield saver


def _sqlite(connection: sqlite3.Connection, ring: KeyRing) -> SealedRows:
    saver = SealedSqliteSaver(connection, serde=sealed_serializer(ring))
    saver.setup()
    connection.execute("PRAGMA synchronous=FULL")
    return saver


def _bound() -> bytes:
    return b"checkpoint|" + _THREAD.get().encode()


@contextmanager
def _binding(config: RunnableConfig | None) -> Iterator[None]:
    thread = str((config or {}).get("configurable", {}).get("thread_id", ""))
    if not _OPAQUE.match(thread):
        raise InternalError("A thread id is not of the opaque form, such as run_0123abcd.", field="thread_id")
    token = _THREAD.set(thread)
    try:
        yield
    finally:
        _THREAD.reset(token)


def _refuse_bare(channels: dict[str, Any]) -> None:
    bare = sorted(name for name, value in channels.items() if isinstance(value, str | int | float | bool))
    if bare:
        raise InternalError(f"State holds a bare value in {', '.join(bare)}; wrap it in a record.", field=bare[0])
