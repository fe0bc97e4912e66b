"""The scrubber: text in, coded text out; coded text in, what one reader may see out. Fits ``vocabulary.Scrubber``.

Presidio's anonymizer is not used: it joins neighbouring people, drops whom a result means, and restores by offsets of
its own output only, which a model's reply does not have (PRIVACY.md 1.2, 1.3).
"""

from domain.ids import RecordHandle
from domain.principals import Principal
from domain.records import Record
from privacy.people import KnownPeople
from privacy.scrub.fields import FieldScrub
from privacy.scrub.pieces import cut
from privacy.scrub.replacing import Coded, Replacer
from privacy.scrub.restoring import Going, Restoring
from privacy.scrub.streaming import StreamRestore
from privacy.vault import Entry, Vault
from privacy.vocabulary import ConversationId, Finder, PeopleAccess, Restored, Scope, Scrubbed, Sink


class ScrubbedValue(Record):
    """A JSON value with codes in place of identifiers, and whom it turned out to speak of."""

    value: object
    people: frozenset[RecordHandle] = frozenset()
    replaced: int = 0


class ScrubWithin:
    """Scrubs the texts of one request; whoever turns up in one counts by single name in those after it."""

    def __init__(self, replacer: Replacer, vault: Vault, conversation: ConversationId, scope: Scope) -> None:
        self._replacer, self._vault, self._conversation = replacer, vault, conversation
        self._met: dict[str, Entry] = {}
        self._scope, self._clean = replacer.widened(conversation, scope), replacer.clean()

    def scrub(self, text: str) -> Scrubbed:
        """Replace every identifier; raises DetectionFailed where that cannot be vouched for.

        A text in which there was nothing to replace before is not searched again.
        """
        if self._clean is not None and self._clean.holds(text, self._scope):
            return Scrubbed(text=text)
        coded = self._replacer.replace_within(text, self._conversation, self._scope, self._met)
        if coded.people - self._scope.everyone:
            self._scope = self._scope.model_copy(update={"spoken_of": self._scope.spoken_of | coded.people})
        return Scrubbed(text=coded.text, people=coded.people, replaced=len(coded.replaced))

    def fields(self, value: object) -> object:
        """Scrub a JSON value as ``ConversationScrubber.scrub_fields`` does."""
        fields = FieldScrub(self._replacer, self._vault, self._conversation, self._scope, self._met)
        scrubbed = fields.scrub(value)
        self._scope = fields.scope
        return scrubbed


class ConversationScrubber:
    """Scrubs and restores for every conversation of a vault; safe for many threads where its parts are.

    ``known`` names people whose name no text has given yet, and tells what a person is; without it such a code stays.
    """

    def __init__(self, vault: Vault, finder: Finder, access: PeopleAccess, known: KnownPeople | None = None) -> None:
        self._vault, self._access, self._known = vault, access, known
        self._replacer = Replacer(vault, finder, known)

    def within(self, conversation: ConversationId, scope: Scope) -> "ScrubWithin":
        """Return what scrubs the texts of one request: whom the conversation spoke of is looked up once."""
        return ScrubWithin(self._replacer, self._vault, conversation, scope)

    def scrub(self, text: str, conversation: ConversationId, scope: Scope) -> Scrubbed:
        """Replace every identifier; raises DetectionFailed where that cannot be vouched for.

        Text that is coded already stays as it is. ``people`` are to join the scope of what follows.
        """
        coded = self._replacer.replace(text, conversation, scope)
        return Scrubbed(text=coded.text, people=coded.people, replaced=len(coded.replaced))

    def explain(self, text: str, conversation: ConversationId, scope: Scope) -> Coded:
        """Scrub and tell of every replaced stretch where it was, what found it and why."""
        return self._replacer.replace(text, conversation, scope)

    def scrub_fields(self, value: object, conversation: ConversationId, scope: Scope) -> object:
        """Scrub a JSON value: known fields by their name, free text by search; keys and shape are kept."""
        return self.scrub_value(value, conversation, scope).value

    def scrub_value(self, value: object, conversation: ConversationId, scope: Scope) -> ScrubbedValue:
        """Scrub a JSON value and tell whom it speaks of; DetectionFailed where it is no JSON value."""
        widened = self._replacer.widened(conversation, scope)
        fields = FieldScrub(self._replacer, self._vault, conversation, widened, {})
        scrubbed = fields.scrub(value)
        return ScrubbedValue(value=scrubbed, people=frozenset(fields.people), replaced=fields.replaced)

    def restore(self, text: str, conversation: ConversationId, reader: Principal, sink: Sink) -> Restored:
        """Put identifiers back, as far as the reader may see the person and the sink may hold them (S230).

        For a message the reader is the person it is sent to, and nobody else is restored in it.
        """
        return self._restoring(conversation, reader, sink).render(cut(text).pieces)

    def stream(self, conversation: ConversationId, reader: Principal, sink: Sink) -> StreamRestore:
        """Return what restores a reply while it arrives; each person and field is asked about once."""
        return StreamRestore(self._restoring(conversation, reader, sink))

    def _restoring(self, conversation: ConversationId, reader: Principal, sink: Sink) -> Restoring:
        return Restoring(self._vault, self._access, Going(conversation, reader, sink), self._known)
