"""Puts every look at people on record: who, whose record, which fields, for what, through which agent, on what basis.

A question leaves one entry per rule that answered it, in one append, however many people it is about (S224, R25). A
denied look is an entry too; it names at most a page of people and counts the rest, so that asking for everybody cannot
fill the ledger.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from domain.access import AccessDecision
from domain.ids import RecordHandle
from privacy.access.fields import FIELDS, field_named
from store.canonical import JSON
from store.ledger import Draft, Ledger, Subject

READ, DENIED, AGGREGATE = "read", "denied", "aggregate"
NAMED_IN_A_DENIAL = 500
UNKNOWN = "an unknown field"
"""Stands for words that are no field: whoever typed them may have typed a name."""


class Asking(NamedTuple):
    """Who asked, through which agent, for what purpose and in which run."""

    actor: str
    agent: str
    purpose: str
    run: str = ""


class Looked(NamedTuple):
    """What one rule answered about some people: the fields and the decision."""

    decision: AccessDecision
    fields: tuple[str, ...]
    people: frozenset[RecordHandle]


def record_looks(ledger: Ledger, asking: Asking, looks: Iterable[Looked], *, kind: str = READ) -> None:
    """Append everything that one question came to; LedgerUnavailable where it cannot, and then nothing is shown."""
    drafts = [_draft(asking, look, kind) for look in looks if look.people]
    if drafts:
        ledger.append_many(drafts)


def _draft(asking: Asking, look: Looked, kind: str) -> Draft:
    people = sorted(look.people)
    body: dict[str, JSON] = {
        "agent": asking.agent,
        "purpose": asking.purpose,
        "what": ", ".join(field if field_named(field) in FIELDS else UNKNOWN for field in look.fields),
        "records": len(people),
        "rule": look.decision.rule,
        "basis": look.decision.basis.value,
    }
    if look.decision.permitted:
        return Draft(kind, asking.actor, asking.run, body, _subjects(people))
    body["reason"] = look.decision.reason
    return Draft(DENIED, asking.actor, asking.run, body, _subjects(people[:NAMED_IN_A_DENIAL]))


def _subjects(people: Sequence[RecordHandle]) -> tuple[Subject, ...]:
    return tuple(Subject(person) for person in people)


def gather_looks(found: Mapping[str, Iterable[tuple[AccessDecision, frozenset[RecordHandle]]]]) -> list[Looked]:
    """Join the fields to which one decision answered about the same people, so that they are one entry."""
    joined: dict[tuple[AccessDecision, frozenset[RecordHandle]], list[str]] = {}
    for field, verdicts in found.items():
        for decision, people in verdicts:
            joined.setdefault((decision, people), []).append(field)
    return [Looked(decision, tuple(fields), people) for (decision, people), fields in joined.items()]
