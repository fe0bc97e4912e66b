"""Gives people their codes in a conversation: a tool names them by record handle, a model sees the code."""

from collections.abc import Collection, Mapping

from agents.advisor.edge import Codes
from domain.identities import Identity
from domain.ids import RecordHandle
from privacy.people import KnownPeople
from privacy.scrub.restoring import display_name
from privacy.vault import Subject, Vault
from privacy.vocabulary import LABEL_OF_KIND, ConversationId, Facet, Label


def codes_for(vault: Vault, known: KnownPeople, conversation: ConversationId) -> Codes:
    """Return what gives each person the code that this conversation has for them."""

    def codes(people: Collection[RecordHandle]) -> Mapping[RecordHandle, str]:
        ordered = sorted(people)
        identities = known.identities(ordered)
        subjects = [_subject(person, identities.get(person)) for person in ordered]
        given = vault.codes(conversation, subjects)
        return {person: str(code) for person, code in zip(ordered, given, strict=True)}

    return codes


def _subject(person: RecordHandle, identity: Identity | None) -> Subject:
    """Return what is kept of a person: the name peers may see, or the handle where the directory knows none."""
    label = LABEL_OF_KIND[identity.kind] if identity else Label.PERSON
    name = _name(identity) if identity else ""
    return Subject(label, (person,), Facet.NAME, name or person)


def _name(identity: Identity) -> str:
    """Return first and last name without middle names; the whole name where it has no parts."""
    parts = [display_name(identity, facet) for facet in (Facet.FIRST, Facet.LAST)]
    return " ".join(part for part in parts if part) or display_name(identity, Facet.NAME)
