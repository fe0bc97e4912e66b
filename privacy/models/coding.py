"""Puts codes in place of identifiers in every text of one request, and remembers whom it turned out to speak of."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import zip_longest

from domain.errors import DetectionFailed, ProvostError
from domain.ids import RecordHandle
from privacy.models.crossing import Crossing
from privacy.vocabulary import RequestScrub, Scrubbed, Scrubber, ScrubsRequests

_DEPTH = 64
OPAQUE = re.compile(
    r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:run|evt|cnv|per|chg|decision)_[0-9a-z]{12,})\b"
)
"""Random names in a run's labels, whose digits say nothing about anyone."""
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjkmnpqrstv")


class Coder:
    """Codes the texts of one request; ``people`` and ``found`` tell afterwards what was in them."""

    def __init__(self, scrubber: Scrubber, crossing: Crossing) -> None:
        self._scrubber, self._crossing = scrubber, crossing
        self.people: set[RecordHandle] = set()
        self.found = False

    def _scrub(self, text: str) -> Scrubbed:
        if self._request is not None:
            return self._request.scrub(text)
        return self._scrubber.scrub(text, self._crossing.conversation, self._crossing.scope)

    @cached_property
    def _request(self) -> RequestScrub | None:
        """What scrubs the texts of this request, looking up once whom the conversation spoke of."""
        if not isinstance(self._scrubber, ScrubsRequests):
            return None
        return self._scrubber.within(self._crossing.conversation, self._crossing.scope)

    def apart(self) -> "Coder":
        """Return a coder for what goes along but is not sent, so that it does not count as content."""
        other = LabelCoder(self._scrubber, self._crossing)
        other._request = self._request
        return other

    def text(self, text: str) -> str:
        """Return a text in codes; DetectionFailed where that cannot be vouched for."""
        if not text:
            return text
        with searching():
            scrubbed = self._scrub(text)
        self.people |= scrubbed.people
        self.found = self.found or scrubbed.text != text
        return scrubbed.text

    def fields(self, value: object) -> object:
        """Return a JSON value in codes: known fields by their name, the rest by search."""
        with searching():
            if self._request is not None:
                coded = self._request.fields(value)
            else:
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


class LabelCoder(Coder):
    """Codes what a run is called. Its random names stay as they are, so that what is left was searched before.

    A run and its callbacks bear the same labels, so each is searched once.
    """

    def __init__(self, scrubber: Scrubber, crossing: Crossing) -> None:
        super().__init__(scrubber, crossing)
        self._coded: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Return a label in codes."""
        if text not in self._coded:
            self._coded[text] = self._apart_from_names(text)
        return self._coded[text]

    def _apart_from_names(self, text: str) -> str:
        between = [super(LabelCoder, self).text(part) for part in OPAQUE.split(text)]
        names = OPAQUE.findall(text) if len(between) > 1 else []
        return "".join(part + name for part, name in zip_longest(between, names, fillvalue=""))


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
