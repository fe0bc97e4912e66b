"""Puts codes in place of identifiers in every text of one request, and remembers whom it turned out to speak of."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from domain.errors import DetectionFailed, ProvostError
from domain.ids import RecordHandle
from privacy.models.crossing import Crossing
from privacy.vocabulary import Scrubber

_DEPTH = 64
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjkmnpqrstv")


class Coder:
    """Codes the texts of one request; ``people`` and ``found`` tell afterwards what was in them."""

    def __init__(self, scrubber: Scrubber, crossing: Crossing) -> None:
        self._scrubber, self._crossing = scrubber, crossing
        self.people: set[RecordHandle] = set()
        self.found = False

    def apart(self) -> "Coder":
        """Return a coder for what goes along but is not sent, so that it does not count as content."""
        return Coder(self._scrubber, self._crossing)

    def text(self, text: str) -> str:
        """Return a text in codes; DetectionFailed where that cannot be vouched for."""
        if not text:
            return text
        with searching():
            scrubbed = self._scrubber.scrub(text, self._crossing.conversation, self._crossing.scope)
        self.people |= scrubbed.people
        self.found = self.found or scrubbed.text != text
        return scrubbed.text

    def fields(self, value: object) -> object:
        """Return a JSON value in codes: known fields by their name, the rest by search."""
        with searching():
            coded = self._scrubber.scrub_fields(value, self._crossing.conversation, self._crossing.scope)
        self.found = self.found or coded != value
        return coded

    def json_text(self, text: str) -> str:
        """Return a text in codes; where it is a JSON object or list, by its fields.

        One whose fields hold nobody is searched as text too: a key that stands twice shows only its last value.
        """
        if text[:1] in ("{", "["):
            try:
                value = json.loads(text)
            except ValueError:
                return self.text(text)
            coded = self.fields(value)
            if coded != value:
                return json.dumps(coded, ensure_ascii=False)
        return self.text(text)

    def deep(self, value: object) -> object:
        """Return a value with every text in it in codes, keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.deep(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.deep(each) for each in value]
        return value

    def mint(self, identifier: str) -> str:
        """Return a fresh name for a call's id, the same each time: whatever the id says, it does not leave."""
        digest = hashlib.sha256(f"{self._crossing.conversation}|{identifier}".encode()).hexdigest()
        return f"call_{digest[:20].translate(_LETTERS)}"


def strings_of(value: object, depth: int = 0) -> Iterator[str]:
    """Yield every text in a value, keys included; DetectionFailed where it is nested too deeply to be searched."""
    if depth > _DEPTH:
        raise DetectionFailed(
            "A request is nested too deeply to be searched.", field="messages", fix="Send a flatter one."
        )
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key)
            yield from strings_of(each, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from strings_of(each, depth + 1)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


@contextmanager
def searching() -> Iterator[None]:
    """Turn whatever breaks in a search into DetectionFailed, without its text: what was not searched goes nowhere."""
    try:
        yield
    except ProvostError:
        raise
    except Exception as broken:  # noqa: BLE001 whatever broke, nobody looked
        failure = DetectionFailed(
            f"The search for identifiers failed ({type(broken).__name__}), so nothing was sent.",
            field="text",
            fix="Report it; the text goes nowhere until it can be searched.",
        )
        try:
            raise failure from None
        finally:
            failure.__context__ = None
