"""One key per person for the details in the ledger: erasing it forgets the person and leaves the chain valid (E18)."""

import base64
import binascii
import json
import secrets
from collections.abc import Iterable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, insert
from sqlmodel import Field, SQLModel, col, delete, select

from domain.errors import LedgerBroken
from domain.ids import RecordHandle
from store.canonical import JSON, canonical_json
from store.keys import NONCE_BYTES, KeyRing

KEY_BYTES = 32
BATCH = 500


class PersonKeyRow(SQLModel, table=True):
    """The present key of one person, sealed under the key ring."""

    __tablename__ = "person_key"

    handle: str = Field(primary_key=True)
    key_id: str = Field(unique=True)
    sealed_key: str


_PRESENT = select(PersonKeyRow.handle, PersonKeyRow.key_id, PersonKeyRow.sealed_key).where(
    col(PersonKeyRow.handle).in_(bindparam("handles", expanding=True))
)


class PersonKeys:
    """Makes, uses and erases the keys of persons, inside the transaction of the connection it is given."""

    def __init__(self, keyring: KeyRing) -> None:
        self._keyring = keyring

    def open_or_make(self, connection: Connection, handles: Iterable[RecordHandle]) -> dict[str, tuple[str, AESGCM]]:
        """Return key id and cipher of each person, making the missing keys; the ledger's lock must be held."""
        wanted = list(dict.fromkeys(handles))
        found = self.open_present(connection, wanted)
        fresh = [self._new_key(handle) for handle in wanted if handle not in found]
        if fresh:
            connection.execute(insert(PersonKeyRow), [row.model_dump() for row in fresh])
        return found | {row.handle: self._opened(row.handle, row.key_id, row.sealed_key) for row in fresh}

    def open_present(self, connection: Connection, handles: Iterable[str]) -> dict[str, tuple[str, AESGCM]]:
        """Return key id and cipher of each person who still has a key."""
        wanted = list(dict.fromkeys(handles))
        found: dict[str, tuple[str, AESGCM]] = {}
        for start in range(0, len(wanted), BATCH):
            rows = connection.execute(_PRESENT, {"handles": wanted[start : start + BATCH]})
            found |= {handle: self._opened(handle, key_id, sealed) for handle, key_id, sealed in rows}
        return found

    def erase(self, connection: Connection, handle: RecordHandle) -> bool:
        """Delete the person's key for good; tell whether there was one."""
        gone = connection.execute(delete(PersonKeyRow).where(col(PersonKeyRow.handle) == handle))
        return gone.rowcount > 0

    def _new_key(self, handle: RecordHandle) -> PersonKeyRow:
        key_id = secrets.token_hex(8)
        sealed = self._keyring.seal(secrets.token_bytes(KEY_BYTES), _key_place(handle, key_id))
        return PersonKeyRow(handle=handle, key_id=key_id, sealed_key=sealed)

    def _opened(self, handle: str, key_id: str, sealed: str) -> tuple[str, AESGCM]:
        return key_id, AESGCM(self._keyring.unseal(sealed, _key_place(handle, key_id)))


def seal_detail(key: tuple[str, AESGCM], seq: int, position: int, detail: Mapping[str, JSON]) -> str:
    """Seal one detail to its place in the ledger, as ``key id.base64``."""
    key_id, cipher = key
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = cipher.encrypt(nonce, canonical_json(detail).encode(), _detail_place(seq, position))
    return f"{key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal_detail(key: tuple[str, AESGCM] | None, seq: int, position: int, sealed: str) -> Mapping[str, JSON] | None:
    """Open one detail; None where its key was erased. Raises LedgerBroken where the text was changed or moved."""
    if not sealed:
        return {}
    key_id, _, encoded = sealed.partition(".")
    if key is None or key[0] != key_id:
        return None
    try:
        data = base64.urlsafe_b64decode(encoded)
        opened = key[1].decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _detail_place(seq, position))
    except (InvalidTag, ValueError, binascii.Error) as error:
        fix = "Run: provost ledger verify"
        raise LedgerBroken("A sealed detail was changed.", field=f"entry {seq}", fix=fix) from error
    detail: Mapping[str, JSON] = json.loads(opened)
    return detail


def _key_place(handle: str, key_id: str) -> bytes:
    return f"person_key|{handle}|{key_id}".encode()


def _detail_place(seq: int, position: int) -> bytes:
    return f"ledger_subject|{seq}|{position}".encode()
