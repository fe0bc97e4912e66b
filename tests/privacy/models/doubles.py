"""Small honest stand-ins: a scrubber that knows a few people, a second check with other eyes, a ledger in memory."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from domain.errors import LedgerUnavailable
from domain.ids import RecordHandle
from domain.principals import Principal
from privacy.models.call_record import CallRecord
from privacy.models.crossing import ContentKind, Crossing
from privacy.models.entrance import Entrance
from privacy.models.provider import Provider
from privacy.models.usage import ModelCounters
from privacy.vocabulary import ConversationId, Leak, Restored, Scope, Scrubbed, Sink
from store.canonical import JSON
from store.ledger import Entry, Subject

ANA = RecordHandle("per_anaaaaaaaaaaaaaa")
CODES = {
    "Ana Diaz": "[STUDENT_7QF4ZK92]",
    "ana.diaz@northfield.example": "[STUDENT_7QF4ZK92.email]",
    "A00123456": "[STUDENT_7QF4ZK92.id]",
}
SECRETS = (*CODES, "Diaz", "00123456", "ana.diaz")
"""What must be nowhere: the forms the scrubber knows, and parts of them."""


class KnownPeople:
    """Replaces the forms of ``CODES``; fields called ``sis_id`` are replaced whole, whatever they hold."""

    def scrub(self, text: str, conversation: ConversationId, scope: Scope) -> Scrubbed:
        done, replaced = text, 0
        for form, code in CODES.items():
            replaced += done.count(form)
            done = done.replace(form, code)
        return Scrubbed(text=done, people=frozenset({ANA} if replaced else ()), replaced=replaced)

    def scrub_fields(self, value: object, conversation: ConversationId, scope: Scope) -> object:
        if isinstance(value, str):
            return self.scrub(value, conversation, scope).text
        if isinstance(value, Mapping):
            return {
                key: "[STUDENT_7QF4ZK92.id]" if key == "sis_id" else self.scrub_fields(each, conversation, scope)
                for key, each in value.items()
            }
        if isinstance(value, list):
            return [self.scrub_fields(each, conversation, scope) for each in value]
        return value

    def restore(self, text: str, conversation: ConversationId, reader: Principal, sink: Sink) -> Restored:
        raise AssertionError("nothing is restored at the model door")


class SurnamesAndDigits:
    """The second check: any at-sign, any run of eight digits, and two surnames, one of which the scrubber misses."""

    def __init__(self) -> None:
        self.looked: list[str] = []

    def look(self, texts: Sequence[str], scope: Scope) -> tuple[Leak, ...]:
        self.looked.extend(texts)
        found = [
            (kind, match)
            for text in texts
            for kind, pattern in (("email", "@"), ("id", r"\d{8,}"), ("name", "Diaz|Okafor"))
            for match in re.finditer(pattern, text)
        ]
        return tuple(Leak(match.start(), match.end(), kind) for kind, match in found)


@dataclass
class Book:
    """A ledger in memory; ``full`` refuses every entry."""

    entries: list[tuple[str, str, str, dict[str, Any], tuple[Subject, ...]]] = field(default_factory=list)
    full: bool = False

    def append(
        self, kind: str, actor: str, run: str, body: Mapping[str, JSON], subjects: Sequence[Subject] = ()
    ) -> Entry:
        if self.full:
            raise LedgerUnavailable("The ledger could not take the entry, so nothing was written.")
        self.entries.append((kind, actor, run, dict(body), tuple(subjects)))
        return Entry(len(self.entries), datetime.now(UTC).isoformat(), kind, actor, run, "")

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [body for found, _, _, body, _ in self.entries if found == kind]


CROSSING = Crossing(
    conversation=ConversationId("cnv_0123abcdwxyz"),
    scope=Scope(people=frozenset({ANA})),
    actor="user:advisor",
    agent="chat",
    purpose="advising",
    run="run_x",
    prompt="advising_v1",
)
COMPOSED = CROSSING.model_copy(update={"content": frozenset({ContentKind.COMPOSED})})


def provider_at(url: str, **more: Any) -> Provider:
    values: dict[str, Any] = {"name": "campus-ai", "model": "test-model", "contract": True, "max_retries": 0}
    return Provider(base_url=url, **{**values, "timeout_seconds": 5.0, **more})


def entrance_of(provider: Provider, book: Book | None = None, counters: ModelCounters | None = None) -> Entrance:
    record = CallRecord(book if book is not None else Book(), provider, counters or ModelCounters())
    return Entrance(provider, KnownPeople(), SurnamesAndDigits(), record)
