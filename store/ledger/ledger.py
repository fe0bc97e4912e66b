"""The ledger: what was read, decided, approved and written, in a chain that shows any later change (S37, S224).

An entry is committed together with whatever the caller writes in the same session; if the entry fails, none of it is
written.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from domain.errors import LedgerUnavailable
from domain.ids import RecordHandle
from domain.ports import Clock
from store.canonical import JSON
from store.clock import SYSTEM_CLOCK, utc_text
from store.database import COMMITTED, LEDGER_MARK, Database
from store.keys import KeyRing
from store.ledger.appending import append_drafts
from store.ledger.checkpointing import Checkpointer, CheckpointPace
from store.ledger.checkpoints import Checkpoint
from store.ledger.entries import Draft, Entry, Subject
from store.ledger.export import export_person, export_run
from store.ledger.person_keys import PersonKeys
from store.ledger.trail import TrailEntry, read_person_trail, read_run_trail
from store.ledger.verify import Verification, verify_ledger, verify_since_checkpoint

READ_KIND = "read"
ERASE_KIND = "erase"


class Ledger:
    """The one ledger of an installation; safe with several processes on the same database."""

    def __init__(
        self,
        database: Database,
        keyring: KeyRing,
        checkpoint_folder: Path,
        *,
        clock: Clock = SYSTEM_CLOCK,
        pace: CheckpointPace | None = None,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._folder = checkpoint_folder
        self._clock = clock
        self._keys = PersonKeys(keyring)
        self._checkpointer = Checkpointer(database, keyring, checkpoint_folder, clock, pace or CheckpointPace())

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a writing session for an entry and all that is committed with it, ready to read what it depends on.

        Raises LedgerUnavailable where none can be opened or committed (S37).
        """
        with self._database.session() as session:
            try:
                session.connection()
            except SQLAlchemyError as error:
                raise _unavailable() from error
            yield session

    def append(
        self,
        kind: str,
        actor: str,
        run: str,
        body: Mapping[str, JSON],
        subjects: Sequence[Subject] = (),
        *,
        session: Session | None = None,
    ) -> Entry:
        """Append one entry; see ``append_many``."""
        return self.append_many([Draft(kind, actor, run, body, tuple(subjects))], session=session)[0]

    def append_many(self, drafts: Sequence[Draft], *, session: Session | None = None) -> list[Entry]:
        """Append entries in one transaction: the caller's where ``session`` is given, else one of its own.

        Raises LedgerUnavailable where that fails (S37). A session given is then rolled back and closed for good, so
        that nothing else can be written through it by mistake. Bodies hold no personal data; details of people go into
        subjects.
        """
        try:
            entries = self._append_within(session, drafts) if session else self._append_alone(drafts)
        except SQLAlchemyError as error:
            if session is not None:
                session.info[LEDGER_MARK] = max(1, session.info.get(LEDGER_MARK, 0))
                session.invalidate()
            raise _unavailable() from error
        return entries

    def record_reads(
        self,
        actor: str,
        *,
        agent: str,
        purpose: str,
        run: str,
        what: str,
        people: Sequence[RecordHandle],
        basis: str = "school_official",
    ) -> Entry:
        """Record who read what about whom, for what purpose, through which agent and on what basis (S224, R25).

        One entry a batch.
        """
        body: dict[str, JSON] = {"agent": agent, "purpose": purpose, "what": what, "records": len(people)}
        body["basis"] = basis
        return self.append(READ_KIND, actor, run, body, [Subject(person) for person in people])

    def erase(self, handle: RecordHandle, actor: str, reason: str) -> Entry:
        """Delete the person's key, so that nobody can read the details about them again, and record it (E18)."""
        with self._database.session() as session:
            entry = self.append(ERASE_KIND, actor, "", {"reason": reason}, [Subject(handle)], session=session)
            self._keys.erase(session.connection(), handle)
        self._database.scrub_deleted("person_key")
        return entry

    def checkpoint(self) -> Checkpoint | None:
        """Sign the present head, inside the database and as a file outside it; None for an empty ledger.

        Raises LedgerUnavailable where either cannot be written, LedgerBroken where the outside file contradicts the
        head.
        """
        return self._checkpointer.checkpoint()

    def verify(self, checkpoint_folder: Path | None = None) -> Verification:
        """Check every entry and every checkpoint; the result names the first bad entry and why."""
        folder = checkpoint_folder or self._folder
        return verify_ledger(self._database, self._keyring.ledger_key.public_key(), folder)

    def verify_recent(self) -> Verification:
        """Check what lies after the newest outside checkpoint only: a quick look, for a screen."""
        return verify_since_checkpoint(self._database, self._keyring.ledger_key.public_key(), self._folder)

    def export(self, *, person: RecordHandle | None = None, run: str | None = None) -> Iterator[str]:
        """Yield the entries about one person, or of one run, as JSON lines with the details that still open."""
        if person is not None:
            yield from export_person(self._database, self._keys, person)
        if run is not None:
            yield from export_run(self._database, self._keys, run)

    def person_trail(self, person: RecordHandle, before: int | None, limit: int) -> tuple[TrailEntry, ...]:
        """Return the newest entries about a person, behind an earlier page where ``before`` names its last entry."""
        return read_person_trail(self._database, self._keys, person, before, limit)

    def run_trail(self, run: str, before: int | None, limit: int) -> tuple[TrailEntry, ...]:
        """Return the newest entries of a run, behind an earlier page where ``before`` names its last entry."""
        return read_run_trail(self._database, run, before, limit)

    def _append_alone(self, drafts: Sequence[Draft]) -> list[Entry]:
        with self._database.engine.begin() as connection:
            entries = append_drafts(connection, self._keys, drafts, utc_text(self._clock.now()))
        self._checkpointer.count(len(entries))
        return entries

    def _append_within(self, session: Session, drafts: Sequence[Draft]) -> list[Entry]:
        entries = append_drafts(session.connection(), self._keys, drafts, utc_text(self._clock.now()))
        appended: int = session.info.get(LEDGER_MARK, 0)
        session.info[LEDGER_MARK] = appended + len(entries)
        session.info[COMMITTED] = lambda: self._checkpointer.count(session.info[LEDGER_MARK])
        return entries


def _unavailable() -> LedgerUnavailable:
    return LedgerUnavailable(
        "The ledger could not take the entry, so nothing was written.",
        fix="Check the disk and the database, then run again.",
    )
