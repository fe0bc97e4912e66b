"""When a checkpoint is due and how it is taken: signed under the chain's lock, kept inside, then written outside."""

import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from domain.errors import LedgerBroken, LedgerError, LedgerUnavailable
from domain.ports import Clock
from store.clock import utc_text
from store.database import Database
from store.keys import KeyRing
from store.ledger.chain import lock_chain, read_head
from store.ledger.checkpoints import Checkpoint, CheckpointRow, checkpoint_path, sign_checkpoint, write_checkpoint

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
                taken = self._sign_head(session)
            if taken is not None:
                self._keep_outside(taken)
        except (SQLAlchemyError, OSError) as error:
            fix = "Check the disk and the checkpoint folder."
            raise LedgerUnavailable("The ledger checkpoint could not be written.", fix=fix) from error
        self._appended, self._taken = 0, time.monotonic()
        return taken

    def _sign_head(self, session: Session) -> Checkpoint | None:
        lock_chain(session.connection())
        head = read_head(session.connection())
        if head.seq == 0:
            return None
        taken = sign_checkpoint(self._keyring.ledger_key, head.seq, head.hash, utc_text(self._clock.now()))
        known = session.exec(select(CheckpointRow).where(col(CheckpointRow.seq) == head.seq)).first()
        if known is None:
            session.add(CheckpointRow(seq=taken.seq, note=taken.note))
        return Checkpoint(taken.seq, taken.hash, taken.at, known.note if known else taken.note)

    def _keep_outside(self, taken: Checkpoint) -> None:
        if write_checkpoint(self._folder, taken):
            return
        if checkpoint_path(self._folder, taken.seq).read_text() != taken.note:
            raise LedgerBroken(
                "The checkpoint kept outside the database says otherwise about the same entry.",
                field=f"entry {taken.seq}",
                fix="Run: provost ledger verify",
            )
