"""Short-lived columnar snapshots of both systems, in which a whole term is compared at once.

Snapshots name people, so they live in a folder that only the running user can read, they and what spills are encrypted
under random keys that exist only in this process, and the folder goes when the run ends. The cipher is the one built
into DuckDB, because the stronger module would have to be downloaded; it draws its nonces from a plain generator, so it
is the second line behind the folder and its short life. Nothing here needs a network.
"""

import base64
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from secrets import token_bytes
from types import TracebackType
from typing import TYPE_CHECKING, Self

from domain.errors import ConfigurationError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

KEY_BYTES = 32


class Staging:
    """One run's snapshots: write tables, connect, compare, and leave nothing behind.

    ``parent`` is the folder under which the run's own folder is made; ``memory_limit`` and ``threads`` bound the
    comparison, which spills into the run's folder beyond them.
    """

    def __init__(self, parent: Path | None = None, *, memory_limit: str = "2GB", threads: int = 2) -> None:
        self._parent, self._memory_limit, self._threads = parent, memory_limit, threads
        self._keys: dict[str, str] = {}
        self._folder: Path | None = None
        self._writer: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Self:
        if self._parent is not None:
            self._parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="provost-staging-", dir=self._parent))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """The run's own folder (mode 0700); raises ConfigurationError outside the ``with`` block."""
        if self._folder is None:
            raise ConfigurationError("The staging folder is not open.", fix="Use Staging in a with statement.")
        return self._folder

    @property
    def tables(self) -> frozenset[str]:
        """The names of the tables written so far."""
        return frozenset(self._keys)

    def path(self, table: str) -> Path:
        """Return the file of a table."""
        return self.folder / f"{table}.parquet"

    def write(self, table: str, schema: "pa.Schema", columns: Mapping[str, Sequence[object]]) -> None:
        """Write one table, encrypted under a key of its own."""
        import pyarrow as pa

        self.write_batches(table, schema, [pa.record_batch([columns[name] for name in schema.names], schema=schema)])

    def write_batches(self, table: str, schema: "pa.Schema", batches: Iterable["pa.RecordBatch"]) -> None:
        """Write one table batch by batch, so that a large snapshot never stands in memory whole."""
        import pyarrow as pa

        self._keys[table] = base64.b64encode(token_bytes(KEY_BYTES)).decode()
        connection = self._writer = self._writer or self._open()
        self._give_key(connection, table)
        connection.register("incoming", pa.RecordBatchReader.from_batches(schema, batches))
        sealed = f"FORMAT parquet, COMPRESSION zstd, ENCRYPTION_CONFIG {{footer_key: '{table}'}}"
        connection.execute(f"COPY incoming TO '{self.path(table)}' ({sealed})")
        connection.unregister("incoming")

    def connect(self) -> "duckdb.DuckDBPyConnection":
        """Return a bounded in-memory connection in which every table written is a view of its name."""
        connection = self._open()
        for table in self._keys:
            self._give_key(connection, table)
            source = f"read_parquet('{self.path(table)}', encryption_config = {{footer_key: '{table}'}})"
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM {source}")  # noqa: S608 (our own names only)
        return connection

    def _open(self) -> "duckdb.DuckDBPyConnection":
        import duckdb

        connection = duckdb.connect(
            config={
                "memory_limit": self._memory_limit,
                "threads": self._threads,
                "temp_directory": str(self.folder / "spill"),
                "autoinstall_known_extensions": False,
                "preserve_insertion_order": False,
            }
        )
        connection.execute("SET force_mbedtls_unsafe = 'true'")
        connection.execute("SET temp_file_encryption = true")
        return connection

    def _give_key(self, connection: "duckdb.DuckDBPyConnection", table: str) -> None:
        connection.execute(f"PRAGMA add_parquet_key('{table}', '{self._keys[table]}')")

    def close(self) -> None:
        """Remove the run's folder and forget its keys; safe to repeat."""
        self._keys.clear()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
