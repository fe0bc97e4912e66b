"""Text that our own code composed: a closed vocabulary of fixed words, codes, dates and numbers, and nothing else.

Such text needs no search for names, since a word outside the vocabulary stops the call. It is what a provider without a
contract may get (R22), and the check shares nothing with the detector.
"""

import re
from collections.abc import Iterable, Sequence

from domain.errors import InternalError
from domain.ids import RecordHandle
from domain.principals import Principal
from privacy.vocabulary import ConversationId, Leak, Restored, Scope, Scrubbed, Sink

_KNOWN_FORMS = re.compile(
    r"""
    \b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?(?![\w-])   # dates and times
    | \b\d{6}-[0-9A-Z]{3,6}\b                                                             # term and CRN
    """,
    re.VERBOSE,
)
_TOKEN = re.compile(r"\d+|[^\W\d_]+|@")
_LONGEST_NUMBER = 6
_HANDLE = re.compile(r"\bper_[a-z2-7]{8,}\b")


class ComposedText:
    """Scrubber and second check for composed text; fits ``Scrubber`` and ``LeakCheck``."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words = frozenset(word for text in texts for word in _words(text))

    def scrub(self, text: str, conversation: ConversationId, scope: Scope) -> Scrubbed:  # noqa: ARG002 the port's
        """Return the text as it is: nobody is in it, or the check stops it."""
        return Scrubbed(text=text)

    def scrub_fields(self, value: object, conversation: ConversationId, scope: Scope) -> object:  # noqa: ARG002 the port's
        """Return the value as it is."""
        return value

    def restore(self, text: str, conversation: ConversationId, reader: Principal, sink: Sink) -> Restored:  # noqa: ARG002
        """Refuse: composed text has no codes of a conversation."""
        raise InternalError("Composed text holds nothing that could be restored.", field="text")

    def look(self, texts: Sequence[str], scope: Scope) -> tuple[Leak, ...]:  # noqa: ARG002 the port's
        """Return every word, long number and at-sign that the vocabulary does not explain."""
        return tuple(leak for text in texts for leak in self._strangers(text))

    def _strangers(self, text: str) -> Iterable[Leak]:
        bare = _KNOWN_FORMS.sub(lambda form: " " * len(form.group()), text)
        for token in _TOKEN.finditer(bare):
            word = token.group()
            if word.isdigit():
                if len(word) > _LONGEST_NUMBER:
                    yield Leak(token.start(), token.end(), "long number")
            elif word.lower() not in self._words:
                yield Leak(token.start(), token.end(), "unknown word")


class Aliases:
    """Stands ``person 1`` for the first record handle in a request, and so on: a permanent handle never leaves."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def replace(self, text: str) -> str:
        """Return a text with an alias for each record handle."""
        return _HANDLE.sub(lambda found: self._name(found.group()), text)

    def _name(self, handle: str) -> str:
        return self._names.setdefault(handle, f"person {len(self._names) + 1}")

    @property
    def people(self) -> frozenset[RecordHandle]:
        """Whom the request is about."""
        return frozenset(RecordHandle(handle) for handle in self._names)


def _words(text: str) -> Iterable[str]:
    return (token.group().lower() for token in _TOKEN.finditer(text) if token.group() != "@")
