"""The words the privacy boundary is built from: hit, scope, conversation, sink, and the parts that fit together.

::

    text ──▶ Finder ──▶ hits ──▶ Scrubber ──▶ coded text ──▶ LeakCheck ──▶ the model
                                   │  ▲                        (shares no code with the finder)
                                   ▼  │
                                  vault        reply ──▶ Scrubber.restore(sink, reader) ──▶ who may see it

Text that holds codes is what graph state, prompts, vectors, logs and traces may keep; names exist before the scrubber
and after a restore only (principle 3).
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, NewType, Protocol, runtime_checkable

from domain.identities import PersonKind
from domain.ids import RecordHandle
from domain.principals import Principal
from domain.records import Record

ConversationId = NewType("ConversationId", str)
"""An opaque name of one conversation, such as ``cnv_0123abcd…``; it carries nothing about anyone."""


class Label(StrEnum):
    """What stands before the code of a replaced text, such as ``STUDENT`` in ``[STUDENT_7QF4TK23]``."""

    STUDENT = "STUDENT"
    INSTRUCTOR = "INSTRUCTOR"
    STAFF = "STAFF"
    GUARDIAN = "GUARDIAN"
    PERSON = "PERSON"
    AMBIGUOUS = "AMBIGUOUS"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    NATIONAL_ID = "NATIONAL_ID"
    RECORD_ID = "RECORD_ID"
    BIRTH_DATE = "BIRTH_DATE"
    ADDRESS = "ADDRESS"
    SECRET = "SECRET"  # noqa: S105 a label, not a secret


LABEL_OF_KIND: Mapping[PersonKind, Label] = {
    PersonKind.STUDENT: Label.STUDENT,
    PersonKind.INSTRUCTOR: Label.INSTRUCTOR,
    PersonKind.STAFF: Label.STAFF,
    PersonKind.GUARDIAN: Label.GUARDIAN,
    PersonKind.UNKNOWN: Label.PERSON,
}


class Facet(StrEnum):
    """Which of a person's identifiers a text was; a code keeps it, so that a restore gives the same form back."""

    NAME = "name"
    FIRST = "first"
    LAST = "last"
    EMAIL = "email"
    ID = "id"
    LOGIN = "login"
    PHONE = "phone"
    NATIONAL_ID = "national_id"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    TEXT = "text"


class Hit(NamedTuple):
    """A stretch of text that identifies someone: ``text[start:end]``.

    ``people`` holds nobody for a hit that no record explains, one person where it is certain, several where the same
    form belongs to each of them. ``recognizer`` and ``reason`` explain it without repeating the text; ``score`` is
    between 0 and 1.
    """

    start: int
    end: int
    label: Label
    facet: Facet
    people: tuple[RecordHandle, ...]
    recognizer: str
    score: float
    reason: str


class Scope(Record):
    """Whom a task is about: it decides which single names count (PRIVACY.md 2.4, step 5).

    ``people`` is the roster or caseload at hand; ``spoken_of`` are those the conversation has named already.
    """

    people: frozenset[RecordHandle] = frozenset()
    spoken_of: frozenset[RecordHandle] = frozenset()

    @property
    def everyone(self) -> frozenset[RecordHandle]:
        """All whose single names count."""
        return self.people | self.spoken_of


class Sink(StrEnum):
    """Where restored text goes; what may be restored depends on it (S230)."""

    SCREEN = "screen"
    SYSTEM_OF_RECORD = "system_of_record"
    MESSAGE_TO_PERSON = "message_to_person"
    OUTSIDE = "outside"


class Scrubbed(Record):
    """Text with codes in place of identifiers, and whom it turned out to speak of."""

    text: str
    people: frozenset[RecordHandle] = frozenset()
    replaced: int = 0


class Restored(Record):
    """Text with identifiers put back for one reader; ``withheld`` counts codes the reader may not see, ``unknown``
    those that no vault entry explains and that were left as they stood."""

    text: str
    people: frozenset[RecordHandle] = frozenset()
    withheld: int = 0
    unknown: int = 0


class Leak(NamedTuple):
    """What the second check found in text about to leave; ``kind`` says of what sort, never the text itself."""

    start: int
    end: int
    kind: str


class Finder(Protocol):
    """Finds identifiers; safe for many threads at once."""

    def find(self, text: str, scope: Scope) -> tuple[Hit, ...]:
        """Return disjoint hits in order of their place; raises PrivacyError where a recognizer failed or ran late."""
        ...


class Scrubber(Protocol):
    """Replaces identifiers by codes and puts them back."""

    def scrub(self, text: str, conversation: ConversationId, scope: Scope) -> Scrubbed:
        """Replace every identifier; raises DetectionFailed where that cannot be vouched for."""
        ...

    def scrub_fields(self, value: object, conversation: ConversationId, scope: Scope) -> object:
        """Scrub a JSON value: known fields by their name, free text by search; keys and shape are kept."""
        ...

    def restore(self, text: str, conversation: ConversationId, reader: Principal, sink: Sink) -> Restored:
        """Put identifiers back, as far as the reader may see the person and the sink may hold them."""
        ...


class RequestScrub(Protocol):
    """Scrubs the texts and values of one request."""

    def scrub(self, text: str) -> Scrubbed:
        """Replace every identifier; raises DetectionFailed where that cannot be vouched for."""
        ...

    def fields(self, value: object) -> object:
        """Scrub a JSON value: known fields by their name, free text by search."""
        ...


@runtime_checkable
class ScrubsRequests(Protocol):
    """A scrubber that looks up once per request whom the conversation has spoken of."""

    def within(self, conversation: ConversationId, scope: Scope) -> RequestScrub:
        """Return what scrubs the texts of one request."""
        ...


class LeakCheck(Protocol):
    """Looks again at text that is about to leave, with other eyes than the finder's."""

    def look(self, texts: Sequence[str], scope: Scope) -> tuple[Leak, ...]:
        """Return what still identifies someone; empty means that the texts may leave."""
        ...


class PeopleAccess(Protocol):
    """Says whom a reader may see, and keeps every look on record (R21, R25)."""

    def visible(
        self, reader: Principal, people: Collection[RecordHandle], field: str, purpose: str
    ) -> frozenset[RecordHandle]:
        """Return those of ``people`` whose ``field`` the reader may see; permitted and denied looks are recorded."""
        ...
