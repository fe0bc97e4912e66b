"""Keyed 64-bit hashes: what stands in the index instead of a name or a number."""

import hashlib
from datetime import date
from enum import IntEnum

from domain.errors import ConfigurationError

MINIMUM_KEY = 16
_DIGEST_SIZE = 8


class Space(IntEnum):
    """What a hashed value was, so that a phone number never equals a student id."""

    TOKEN = 0
    INITIAL = 1
    DELETION = 2
    NUMBER = 3
    WRITTEN = 4
    EMAIL = 5
    PHONE = 6
    ADDRESS = 7
    BIRTH = 8
    UNSPACED = 9


class KeyedHash:
    """BLAKE2b under the installation's secret; without the secret a hash can be neither made nor tried out."""

    def __init__(self, key: bytes) -> None:
        """Take the secret, 16 to 64 bytes; raises ConfigurationError where it is shorter."""
        if len(key) < MINIMUM_KEY:
            raise ConfigurationError(
                f"The directory key has {len(key)} bytes; it needs at least {MINIMUM_KEY}.",
                field="key",
                fix="Pass a secret of the key ring.",
            )
        self._ready = [
            hashlib.blake2b(digest_size=_DIGEST_SIZE, key=key[:64], person=space.name.encode()) for space in Space
        ]

    def __call__(self, space: Space, value: str) -> int:
        """Return the hash of ``value`` in ``space``, between 0 and 2**64 - 1."""
        state = self._ready[space].copy()
        state.update(value.encode("utf-8", "surrogatepass"))
        return int.from_bytes(state.digest(), "little")

    def initial(self, token: str) -> int:
        """Return a 16-bit hash of the first letter of a token."""
        return self(Space.INITIAL, token[:1]) & 0xFFFF

    def birth(self, day: date) -> int:
        """Return a 32-bit hash of a day of birth, never 0."""
        return self(Space.BIRTH, day.isoformat()) & 0xFFFFFFFF or 1
