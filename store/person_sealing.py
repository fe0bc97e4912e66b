"""Seals a text under the key of the person it is about, so that erasing the key makes it unreadable for good (E18).

The key is the one under which the ledger seals its details; ``provost forget`` erases it.
"""

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import Session

from domain.errors import LedgerBroken
from domain.ids import RecordHandle
from store.keys import NONCE_BYTES, KeyRing
from store.ledger.chain import lock_chain
from store.ledger.person_keys import PersonKeys

PersonKey = tuple[str, AESGCM]


class PersonSeal:
    """Seals and opens texts by person, inside the session that it is given."""

    def __init__(self, keyring: KeyRing) -> None:
        self._keys = PersonKeys(keyring)

    def seal(self, text: str, person: RecordHandle, place: str, session: Session) -> str:
        """Return the text sealed to its place; makes the person's key where there is none."""
        lock_chain(session.connection())
        return seal_for(self._keys.open_or_make(session.connection(), [person])[person], place, text)

    def unseal(self, sealed: str, person: RecordHandle, place: str, session: Session) -> str | None:
        """Return the text; None where the person's key was erased. LedgerBroken where it was changed or moved."""
        return unseal_for(self._keys.open_present(session.connection(), [person]).get(person), place, sealed)


def seal_for(key: PersonKey, place: str, text: str) -> str:
    """Return the text sealed to its place, as ``key id.base64``; no text needs no seal."""
    if not text:
        return ""
    key_id, cipher = key
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + cipher.encrypt(nonce, text.encode(), place.encode())
    return f"{key_id}.{base64.urlsafe_b64encode(sealed).decode()}"


def unseal_for(key: PersonKey | None, place: str, sealed: str) -> str | None:
    """Open it; None where the person's key was erased. Raises LedgerBroken where the text was changed or moved."""
    if not sealed:
        return ""
    key_id, _, encoded = sealed.partition(".")
    if key is None or key[0] != key_id:
        return None
    try:
        data = base64.urlsafe_b64decode(encoded)
        return key[1].decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], place.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error) as changed:
        fix = "Run: provost ledger verify"
        raise LedgerBroken("A sealed text was changed.", field=place, fix=fix) from changed
