"""What the SIS said identifies each person, sealed: the directory is built from it, and screens name people by it.

A row holds an opaque handle, a keyed digest that tells whether the person changed, and the identity sealed under the
key ring; the bytes of the database name nobody (S226). Fits ``privacy.people.KnownPeople``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert
from sqlmodel import Field, SQLModel, col, func, select

from domain.identities import Identity, KnownPerson, widen
from domain.ids import RecordHandle
from store.database import Database
from store.keys import KeyRing

BATCH = 500


class KnownPersonRow(SQLModel, table=True):
    """One person whom text may name."""

    __tablename__ = "known_person"

    handle: str = Field(primary_key=True)
    digest: str
    sealed: str


_SEALED = select(col(KnownPersonRow.handle), col(KnownPersonRow.sealed)).where(
    col(KnownPersonRow.handle).in_(bindparam("handles", expanding=True))
)


class Difference(NamedTuple):
    """What a fresh reading changed: people new or altered, and handles that are gone."""

    put: tuple[KnownPerson, ...]
    removed: tuple[RecordHandle, ...]


class KnownPeopleStore:
    """The sealed identities of one installation."""

    def __init__(self, database: Database, keyring: KeyRing) -> None:
        self._database, self._keyring = database, keyring

    def identities(self, people: Collection[RecordHandle]) -> Mapping[RecordHandle, Identity]:
        """Return what is known of each; whoever is unknown is missing from the answer."""
        found: dict[RecordHandle, Identity] = {}
        with self._database.snapshot() as connection:
            for batch in _batches(sorted(people)):
                rows = connection.execute(_SEALED, {"handles": batch})
                found |= {RecordHandle(row.handle): self._open(row.handle, row.sealed) for row in rows}
        return found

    def everyone(self) -> Iterator[KnownPerson]:
        """Yield everyone, in order of their handles."""
        last = ""
        query = select(KnownPersonRow).order_by(KnownPersonRow.handle).limit(BATCH)
        while True:
            with self._database.reading() as session:
                rows = session.exec(query.where(col(KnownPersonRow.handle) > last)).all()
            if not rows:
                return
            yield from (
                KnownPerson(handle=RecordHandle(row.handle), identity=self._open(row.handle, row.sealed))
                for row in rows
            )
            last = rows[-1].handle

    def count(self) -> int:
        """Return how many people are known."""
        with self._database.reading() as session:
            return session.exec(select(func.count()).select_from(KnownPersonRow)).one()

    def update(self, people: Iterable[KnownPerson], *, complete: bool) -> Difference:
        """Take over a fresh reading and tell what it changed.

        Absence from a partial reading proves nothing (R70): nobody is removed by it, and nothing known before is lost.
        """
        fresh = {known.handle: known for known in people}
        if not complete:
            fresh = self._widened(fresh)
        before = self._digests()
        digests = {handle: self._digest(known.identity) for handle, known in fresh.items()}
        put = tuple(known for handle, known in fresh.items() if before.get(handle) != digests[handle])
        removed = tuple(sorted(before.keys() - fresh.keys())) if complete else ()
        self._write([self._row(known, digests[known.handle]) for known in put], removed)
        return Difference(put, removed)

    def forget(self, handle: RecordHandle) -> None:
        """Delete what is known of one person, and what is left of it in the database file."""
        self._write([], [handle])
        self._database.scrub_deleted(KnownPersonRow.__tablename__)

    def _widened(self, fresh: Mapping[RecordHandle, KnownPerson]) -> dict[RecordHandle, KnownPerson]:
        earlier = self.identities(fresh.keys())
        return {
            handle: known.model_copy(update={"identity": widen(known.identity, earlier[handle])})
            if handle in earlier
            else known
            for handle, known in fresh.items()
        }

    def _digests(self) -> dict[RecordHandle, str]:
        with self._database.reading() as session:
            rows = session.exec(select(KnownPersonRow.handle, KnownPersonRow.digest)).all()
        return {RecordHandle(handle): digest for handle, digest in rows}

    def _write(self, rows: Sequence[dict[str, str]], removed: Sequence[RecordHandle]) -> None:
        gone = [*removed, *(row["handle"] for row in rows)]
        with self._database.session() as session:
            for batch in _batches(gone):
                session.connection().execute(delete(KnownPersonRow).where(col(KnownPersonRow.handle).in_(batch)))
            if rows:
                session.connection().execute(insert(KnownPersonRow), list(rows))

    def _row(self, known: KnownPerson, digest: str) -> dict[str, str]:
        sealed = self._keyring.seal(known.identity.model_dump_json().encode(), _place(known.handle))
        return {"handle": known.handle, "digest": digest, "sealed": sealed}

    def _digest(self, identity: Identity) -> str:
        return self._keyring.digest(f"identity:{identity.model_dump_json()}")

    def _open(self, handle: str, sealed: str) -> Identity:
        return Identity.model_validate_json(self._keyring.unseal(sealed, _place(handle)))


def _batches(handles: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(handles), BATCH):
        yield handles[start : start + BATCH]


def _place(handle: str) -> bytes:
    return f"known_person|{handle}".encode()
