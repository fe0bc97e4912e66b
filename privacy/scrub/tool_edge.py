"""The edge of a tool: a code in its arguments becomes the person it means, and only codes come back out (principle 3).

An argument is typed: a person, one of their identifiers, or text. Where it names a person it must be exactly one code
of this conversation that means one person for certain; anything else is refused, never guessed.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from domain.errors import AccessDenied, HandleRefused, InternalError, ProvostError
from domain.ids import RecordHandle
from domain.ports import IdentityResolver
from domain.principals import Principal
from privacy.scrub.scrubber import ConversationScrubber
from privacy.scrub.spelling import find_all
from privacy.vault import Entry, Vault
from privacy.vocabulary import ConversationId, Facet, PeopleAccess, Scope

PURPOSE = "tool argument"


class Argument(StrEnum):
    """What a tool takes in an argument."""

    RECORD = "record"
    """A person, as a record handle."""
    SIS_ID = "sis_id"
    """A person, as the id that the SIS knows them by now."""
    EMAIL = "email"
    LOGIN = "login"
    """A person, as the address or login that the conversation has seen."""
    TEXT = "text"
    """Text that stays in codes; the tool itself restores what its sink may hold."""


class ToolEdge:
    """Resolves the arguments of one caller's tools and scrubs what the tools return."""

    def __init__(
        self, scrubber: ConversationScrubber, vault: Vault, access: PeopleAccess, identities: IdentityResolver
    ) -> None:
        self._scrubber, self._vault = scrubber, vault
        self._access, self._identities = access, identities

    def resolve(self, value: object, kind: Argument, conversation: ConversationId, reader: Principal) -> object:
        """Return what the tool takes in place of ``value``.

        Raises HandleRefused where it is not exactly one right code of one certain person, AccessDenied where the
        reader may not see that person.
        """
        if kind is Argument.TEXT:
            return value
        entry, person = self._person(value, conversation)
        facet = Facet.ID if kind in (Argument.RECORD, Argument.SIS_ID) else Facet(kind.value)
        if person not in self._access.visible(reader, frozenset({person}), facet.value, PURPOSE):
            fix = "Ask about someone you advise or teach."
            raise AccessDenied("You may not look up this person.", field="argument", fix=fix)
        if kind is Argument.RECORD:
            return person
        if kind is Argument.SIS_ID:
            return self._identities.person(person)
        if facet.value not in entry.texts:
            raise _refused("No such address or login of this person has come up in the conversation.")
        return entry.texts[facet.value]

    def resolve_all(
        self,
        arguments: Mapping[str, object],
        kinds: Mapping[str, Argument],
        conversation: ConversationId,
        reader: Principal,
    ) -> dict[str, object]:
        """Resolve every argument; HandleRefused where one holds a code and its kind was not declared."""
        resolved: dict[str, object] = {}
        for name, value in arguments.items():
            if name not in kinds and _holds_code(value):
                raise _refused("An argument that takes no person holds a code.", name)
            resolved[name] = self.resolve(value, kinds[name], conversation, reader) if name in kinds else value
        return resolved

    def call(self, tool: Callable[[], object], conversation: ConversationId, scope: Scope) -> object:
        """Call a tool and return its result in codes; a failure is raised again in codes and without its cause."""
        failed: Exception | None = None
        result: object = None
        try:
            result = tool()
        except Exception as failure:  # noqa: BLE001 whatever a tool raises may name someone
            failed = failure
        if failed is not None:
            raise self._scrubbed(failed, conversation, scope)
        return self._scrubber.scrub_fields(result, conversation, scope)

    def _scrubbed(self, failure: Exception, conversation: ConversationId, scope: Scope) -> ProvostError:
        if not isinstance(failure, ProvostError):
            fix = "Report this with the run id."
            return InternalError(f"A tool failed ({type(failure).__name__}).", field="tool", fix=fix)
        texts = (failure.message, failure.field, failure.fix)
        message, field, fix = (self._scrubber.scrub(text, conversation, scope).text for text in texts)
        return type(failure)(message, field=field, fix=fix)

    def _person(self, value: object, conversation: ConversationId) -> tuple[Entry, RecordHandle]:
        text = value.strip() if isinstance(value, str) else ""
        found = list(find_all(text))
        if len(found) != 1 or (found[0].start, found[0].end) != (0, len(text)) or found[0].tail:
            raise _refused("An argument that names a person is not one code.")
        entry = self._vault.entries(conversation, [found[0].symbols]).get(found[0].symbols)
        if entry is None:
            raise _refused("A code is wrong, invented or of another conversation.")
        if entry.person is None:
            several = "A code may mean several people." if entry.people else "A code means nobody on record."
            raise _refused(several)
        return entry, entry.person


def _holds_code(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_code(each) for pair in value.items() for each in pair)
    if isinstance(value, list | tuple):
        return any(_holds_code(each) for each in value)
    return isinstance(value, str) and next(find_all(value), None) is not None


def _refused(message: str, field: str = "argument") -> HandleRefused:
    fix = "Use a code exactly as it stands in this conversation, or ask which person is meant."
    return HandleRefused(message, field=field, fix=fix)
