"""The PostgreSQL form of the sealed checkpoints, for many workers; imported only where it is configured."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.serde.base import SerializerProtocol
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from graphs.checkpoints import SealedRows, refused_row
from graphs.locks import PostgresLocks


class SealedPostgresSaver(SealedRows, PostgresSaver):
    """Checkpoints in PostgreSQL, where any worker may take up any thread.

    LangGraph keeps bare values inline and in clear in this database; none is written, so one that is read was planted.
    """

    def threads(self) -> frozenset[str]:
        """Return the ids of all threads that have checkpoints."""
        with self._cursor() as cursor:
            return frozenset(row["thread_id"] for row in cursor.execute("SELECT DISTINCT thread_id FROM checkpoints"))

    def _load_checkpoint_tuple(self, value: Any) -> CheckpointTuple:  # noqa: ANN401 a database row
        inline = value["checkpoint"].get("channel_values") or {}
        if any(found is not None for found in inline.values()):
            raise refused_row()
        return super()._load_checkpoint_tuple(value)


@contextmanager
def open_postgres(url: str, serde: SerializerProtocol) -> Iterator[SealedPostgresSaver]:
    """Open a pool on the database at ``url`` and create the checkpoint tables where they are missing."""
    address = url.replace("postgresql+psycopg://", "postgresql://", 1)
    options = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    with ConnectionPool(address, min_size=1, max_size=2, kwargs=options, open=True) as pool:
        saver = SealedPostgresSaver(pool, serde=serde)  # type: ignore[arg-type] # the pool yields dict rows
        _create_tables(saver, url)
        yield saver


def _create_tables(saver: SealedPostgresSaver, url: str) -> None:
    """Create what is missing, one process at a time; the lock is polled, since an index waits for whoever waits."""
    locks = PostgresLocks(url)
    with locks.holding("checkpoint tables", 120):
        saver.setup()
    locks.close()
