"""A vault for one task that nobody will restore: keys and codes lie in a temporary folder and go with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import SQLModel

from privacy.vault.vault import Vault
from store.conversations import CodeRow, CodeTextRow, ConversationRow
from store.database import open_database
from store.keys import KeyRing

_TABLES = [SQLModel.metadata.tables[str(row.__tablename__)] for row in (ConversationRow, CodeRow, CodeTextRow)]


@contextmanager
def throwaway_vault() -> Iterator[Vault]:
    """Open a vault that is gone, keys first, when the block ends."""
    with TemporaryDirectory(prefix="provost-scrub-") as folder:
        database = open_database(f"sqlite:///{folder}/vault.db")
        try:
            SQLModel.metadata.create_all(database.engine, tables=_TABLES)
            yield Vault(database, KeyRing.open(Path(folder) / "keys"))
        finally:
            database.close()
