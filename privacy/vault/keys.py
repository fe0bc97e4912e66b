"""One key per conversation, wrapped by the key ring: erasing it erases the conversation (S226)."""

import base64
import hmac
import secrets
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import HandleRefused
from store.canonical import canonical_json
from store.keys import NONCE_BYTES, KeyRing

KEY_BYTES = 32


class ConversationKey:
    """Seals the texts of one conversation to their places, and digests what they are found by.

    Every value is bound to tenant, conversation, facet and code, so that a row moved elsewhere does not open.
    """

    def __init__(self, secret: bytes, tenant: str, conversation: str) -> None:
        derived = HKDF(SHA256(), 2 * KEY_BYTES, salt=None, info=b"provost conversation").derive(secret)
        self._cipher, self._index = AESGCM(derived[:KEY_BYTES]), derived[KEY_BYTES:]
        self._tenant, self._conversation = tenant, conversation

    @classmethod
    def unwrap(cls, sealed: str, keyring: KeyRing, tenant: str, conversation: str) -> Self:
        """Open a wrapped key; ConfigurationError where the key ring is another, or the row was moved."""
        return cls(keyring.unseal(sealed, _place(tenant, conversation)), tenant, conversation)

    def seal(self, text: str, facet: str, code: str) -> str:
        """Seal one text to its place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), self._place(facet, code))
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, facet: str, code: str) -> str:
        """Open what ``seal`` made for this place; HandleRefused where it was changed or moved."""
        try:
            data = base64.urlsafe_b64decode(sealed)
            return self._cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], self._place(facet, code)).decode()
        except (InvalidTag, ValueError) as error:
            fix = "Restore the database from a backup, or begin a new conversation."
            raise HandleRefused("A row of the vault was changed or moved.", field="code", fix=fix) from error

    def digest(self, *parts: str) -> str:
        """Return a keyed digest by which a row is found; it tells nothing outside this conversation."""
        return hmac.digest(self._index, canonical_json(list(parts)).encode(), "sha256").hex()

    def _place(self, facet: str, code: str) -> bytes:
        return canonical_json([self._tenant, self._conversation, facet, code]).encode()


def new_wrapped_key(keyring: KeyRing, tenant: str, conversation: str) -> str:
    """Return a fresh key, wrapped under the newest key of the ring."""
    return keyring.seal(secrets.token_bytes(KEY_BYTES), _place(tenant, conversation))


def rewrapped(sealed: str, keyring: KeyRing, tenant: str, conversation: str) -> str:
    """Return the same key, wrapped under the newest key of the ring."""
    place = _place(tenant, conversation)
    return keyring.seal(keyring.unseal(sealed, place), place)


def _place(tenant: str, conversation: str) -> bytes:
    return canonical_json(["conversation", tenant, conversation]).encode()
