"""When a checkpoint is due and how it is taken: signed under the chain's lock, kept inside, then written outside."""

import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select

from domain.errors import LedgerBroken, LedgerError, LedgerUnavailable
from domain.ports import Clock
from store.clock import utc_text
from store.database import Database
from store.keys import KeyRing
from store.ledger.chain import lock_chain, read_hashes, read_head
from store.ledger.checkpoints import (
    HASH_START,
    Checkpoint,
    CheckpointRow,
    checkpoint_path,
    open_checkpoint,
    sign_checkpoint,
    write_checkpoint,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CheckpointPace:
    """How many entries, or seconds, may pass before an append takes a checkpoint too."""

    entries: int = 1000
    seconds: float = 60.0


class Checkpointer:
    """Takes checkpoints of one ledger, when asked and when enough was appended through this process."""

    def __init__(self, database: Database, keyring: KeyRing, folder: Path, clock: Clock, pace: CheckpointPace) -> None:
        self._database = database
        self._keyring = keyring
        self._folder = folder
        self._clock = clock
        self._pace = pace
        self._appended = 0
        self._taken = time.monotonic()

    def count(self, entries: int) -> None:
        """Note that entries were committed and take a checkpoint when due.

        One that cannot be taken is logged and tried again at the next append: the entries themselves are committed.
        """
        self._appended += entries
        overdue = time.monotonic() - self._taken >= self._pace.seconds
        if self._appended < self._pace.entries and not overdue:
            return
        try:
            self.checkpoint()
        except LedgerError as error:
            log.error("ledger_checkpoint_failed", code=error.code, folder=self._folder.name)

    def checkpoint(self) -> Checkpoint | None:
        """Sign the present head and keep it inside and outside; see ``Ledger.checkpoint``."""
        try:
            with self._database.session() as session:
                taken, starts = self._sign_head(session)
            if taken is not None:
                self._keep_outside(taken, starts)
        except (SQLAlchemyError, OSError) as error:
            fix = "Check the disk and the checkpoint folder."
            raise LedgerUnavailable("The ledger checkpoint could not be written.", fix=fix) from error
        self._appended, self._taken = 0, time.monotonic()
        return taken

    def _sign_head(self, session: Session) -> tuple[Checkpoint | None, bytes]:
        connection = session.connection()
        lock_chain(connection)
        head = read_head(connection)
        before = _last_before(session, head.seq)
        starts = b"".join(value[:HASH_START] for value in read_hashes(connection, before + 1, head.seq))
        if head.seq == 0:
            return None, starts
        known = session.get(CheckpointRow, head.seq)
        opened = open_checkpoint(self._keyring.ledger_key.public_key(), known.note) if known else None
        if opened is not None:
            return opened, starts
        taken = sign_checkpoint(self._keyring.ledger_key, head, utc_text(self._clock.now()), starts)
        if known is None:
            session.add(CheckpointRow(seq=taken.seq, note=taken.note))
        return taken, starts

    def _keep_outside(self, taken: Checkpoint, starts: bytes) -> None:
        if write_checkpoint(self._folder, taken, starts):
            return
        if checkpoint_path(self._folder, taken.seq).read_text() != taken.note:
            raise LedgerBroken(
                "The checkpoint kept outside the database says otherwise about the same entry.",
                field=f"entry {taken.seq}",
                fix="Run: provost ledger verify",
            )


def _last_before(session: Session, seq: int) -> int:
    return session.exec(select(func.max(CheckpointRow.seq)).where(col(CheckpointRow.seq) < seq)).one() or 0
