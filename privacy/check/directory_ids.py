"""The structured ids of the whole directory as keyed hashes: what no text may hold, whoever it is about."""

import hmac
import secrets
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from domain.identities import Identity
from privacy.check.normal import plain, words

SHORTEST = 5
_HASH_BYTES = 8


class DirectoryIds:
    """Tells whether a word is an id or login of anyone on record; holds eight bytes for each and no text.

    Only words with a digit count: a login that is a plain word would stop every text that has the word.
    """

    def __init__(self, people: Iterable[Identity] = ()) -> None:
        self._key = secrets.token_bytes(32)
        self._hashes = array("Q", sorted({self._hash(form) for identity in people for form in _forms(identity)}))

    def __len__(self) -> int:
        """Return how many ids are known."""
        return len(self._hashes)

    def holds(self, word: str) -> bool:
        """Tell whether this plain word is somebody's id."""
        if not counts(word) or not self._hashes:
            return False
        hashed = self._hash(word)
        place = bisect_left(self._hashes, hashed)
        return place < len(self._hashes) and self._hashes[place] == hashed

    def _hash(self, form: str) -> int:
        return int.from_bytes(hmac.digest(self._key, form.encode(), "sha256")[:_HASH_BYTES], "big")


def counts(word: str) -> bool:
    """Tell whether a word can be an id: long enough, and with a digit."""
    return len(word) >= SHORTEST and not word.isalpha()


def _forms(identity: Identity) -> Iterator[str]:
    every = [str(identity.sis_id), *map(str, identity.prior_sis_ids), *identity.lms_ids, *identity.logins]
    for text in every:
        form = "".join(words(plain(text)))
        if counts(form):
            yield form
