"""Record handles: the permanent opaque names under which people appear in plans, state and ledger (principle 3).

The table holds a random handle, a keyed digest to find it by, and the SIS id sealed; the bytes of the database name
nobody.
"""

import base64
import secrets
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from sqlalchemy import CursorResult, Index, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, delete, select

from domain.errors import InvalidRecord
from domain.ids import RecordHandle, SisPersonId
from store.database import POSTGRESQL, Database
from store.keys import KeyRing

HANDLE_BYTES = 10
BATCH = 500


class HandleRow(SQLModel, table=True):
    """One SIS id of one person; a person whose id changed has several rows and one handle (R3)."""

    __tablename__ = "record_handle"
    __table_args__ = (
        Index(
            "uq_record_handle_present",
            "handle",
            unique=True,
            sqlite_where=text("present"),
            postgresql_where=text("present"),
        ),
    )

    sis_digest: str = Field(primary_key=True)
    handle: str = Field(index=True)
    sealed_sis_id: str
    present: bool = True


class Handles:
    """The only place where a handle meets an SIS id; fits ``domain.ports.IdentityResolver``."""

    def __init__(self, database: Database, keyring: KeyRing) -> None:
        self._database = database
        self._keyring = keyring

    def handles(self, people: Sequence[SisPersonId]) -> Mapping[SisPersonId, RecordHandle]:
        """Return the permanent handle of every person, making the missing ones; safe with other processes."""
        by_digest = {self._digest(person): person for person in people}
        found = self._find(by_digest)
        missing = {digest: person for digest, person in by_digest.items() if digest not in found}
        if missing:
            with self._database.session() as session:
                for batch in _batches(dict.fromkeys(sorted(missing))):
                    self._add(session, {digest: missing[digest] for digest in batch})
            found |= self._find(missing)
        return {person: found[digest] for digest, person in by_digest.items()}

    def person(self, handle: RecordHandle) -> SisPersonId:
        """Return the SIS id a handle stands for now; InvalidRecord where nobody has it."""
        return self.people([handle])[handle]

    def people(self, handles: Sequence[RecordHandle]) -> Mapping[RecordHandle, SisPersonId]:
        """Return the present SIS id of every handle in few queries; InvalidRecord where one is unknown."""
        found = self.known_people(handles)
        for handle in handles:
            if handle not in found:
                fix = "Check that the plan was made by this installation."
                raise InvalidRecord("A record handle is unknown here.", field=f"handle {handle}", fix=fix)
        return found

    def known_people(self, handles: Sequence[RecordHandle]) -> dict[RecordHandle, SisPersonId]:
        """Return the present SIS ids of those handles that stand for somebody; who was forgotten is left out."""
        found: dict[RecordHandle, SisPersonId] = {}
        with self._database.reading() as session:
            for batch in _batches(dict.fromkeys(handles)):
                rows = session.exec(select(HandleRow).where(col(HandleRow.handle).in_(batch), col(HandleRow.present)))
                found |= {RecordHandle(row.handle): self._open(row) for row in rows}
        return found

    def find(self, person: str) -> RecordHandle | None:
        """Return the handle of a person named by SIS id or by handle; None where neither is known, and none is made."""
        with self._database.reading() as session:
            by_id = session.get(HandleRow, self._digest(SisPersonId(person)))
            row = by_id or session.exec(select(HandleRow).where(HandleRow.handle == person)).first()
        return RecordHandle(row.handle) if row else None

    def adopt(self, person: SisPersonId, earlier: Sequence[SisPersonId]) -> RecordHandle:
        """Let a person whose SIS id changed keep the handle of the earlier id (R3) and return it.

        Where the new id already has a handle, that one stays: entries under either remain as they were written.
        """
        digest = self._digest(person)
        with self._database.session() as session:
            row = session.get(HandleRow, digest) or self._succeed(session, person, earlier)
        return RecordHandle(row.handle) if row else self.handles([person])[person]

    def forget(self, handle: RecordHandle) -> int:
        """Remove the link between a handle and every SIS id it stood for, and return how many there were (E18)."""
        with self._database.session() as session:
            gone = session.connection().execute(delete(HandleRow).where(col(HandleRow.handle) == handle)).rowcount
        self._database.scrub_deleted("record_handle")
        return gone

    def seal(self, value: str) -> str:
        """Return a keyed digest of a personal value, for images; equality is all it tells."""
        return self._keyring.digest(f"value:{value}")

    def _succeed(self, session: Session, person: SisPersonId, earlier: Sequence[SisPersonId]) -> HandleRow | None:
        digests = [self._digest(old) for old in earlier]
        query = select(HandleRow).where(col(HandleRow.sis_digest).in_(digests), col(HandleRow.present))
        old = session.exec(query).first()
        if old is None:
            return None
        old.present = False
        session.add(old)
        session.flush()
        row = HandleRow(
            sis_digest=self._digest(person), handle=old.handle, sealed_sis_id=self._sealed(person, old.handle)
        )
        session.add(row)
        return row

    def _find(self, digests: Mapping[str, SisPersonId]) -> dict[str, RecordHandle]:
        found: dict[str, RecordHandle] = {}
        with self._database.reading() as session:
            for batch in _batches(digests):
                query = select(HandleRow.sis_digest, HandleRow.handle).where(col(HandleRow.sis_digest).in_(batch))
                found |= {digest: RecordHandle(handle) for digest, handle in session.exec(query)}
        return found

    def _add(self, session: Session, people: Mapping[str, SisPersonId]) -> "CursorResult[tuple[()]]":
        rows = [self._new_row(digest, person) for digest, person in people.items()]
        insert = postgresql.insert if self._database.dialect == POSTGRESQL else sqlite.insert
        statement = insert(HandleRow).on_conflict_do_nothing(index_elements=["sis_digest"])
        return session.connection().execute(statement, rows)

    def _new_row(self, digest: str, person: SisPersonId) -> dict[str, object]:
        handle = new_handle()
        sealed = self._sealed(person, handle)
        return {"sis_digest": digest, "handle": handle, "sealed_sis_id": sealed, "present": True}

    def _digest(self, person: SisPersonId) -> str:
        return self._keyring.digest(f"sis_id:{person}")

    def _sealed(self, person: SisPersonId, handle: str) -> str:
        return self._keyring.seal(person.encode(), f"record_handle|{handle}".encode())

    def _open(self, row: HandleRow) -> SisPersonId:
        sealed = self._keyring.unseal(row.sealed_sis_id, f"record_handle|{row.handle}".encode())
        return SisPersonId(sealed.decode())


def new_handle() -> RecordHandle:
    """Return a fresh random handle, ``per_`` and 16 letters or digits."""
    return RecordHandle(f"per_{base64.b32encode(secrets.token_bytes(HANDLE_BYTES)).decode().lower()}")


def _batches(keys: Mapping[str, object]) -> Iterator[list[str]]:
    remaining = iter(keys)
    while batch := list(islice(remaining, BATCH)):
        yield batch
