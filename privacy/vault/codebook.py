"""The codes of one conversation, read under its key inside one session."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from domain.ids import RecordHandle
from privacy.vault.entries import Entry
from privacy.vault.keys import ConversationKey
from privacy.vocabulary import Label
from store.conversations import CodeRow, CodeTextRow

BATCH = 500
PEOPLE = "people"
"""The facet under which whom a code means is sealed."""


class Codebook:
    """Reads codes, each by its exact symbols or its digest."""

    def __init__(self, session: Session, conversation: str, key: ConversationKey) -> None:
        self.session, self.conversation, self.key = session, conversation, key

    def entries(self, symbols: Collection[str]) -> Mapping[str, Entry]:
        """Return what is known of each of these codes."""
        texts: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for text in self.texts(symbols):
            texts[text.code][text.facet] = self.key.open(text.sealed_text, text.facet, text.code)
        return {
            row.code: Entry(symbols=row.code, label=Label(row.label), people=self._people(row), texts=texts[row.code])
            for row in self.rows(col(CodeRow.code), symbols)
        }

    def people(self) -> frozenset[RecordHandle]:
        """Return everyone whom a code means with certainty."""
        query = select(CodeRow).where(col(CodeRow.conversation) == self.conversation)
        everyone = [self._people(row) for row in self.session.exec(query)]
        return frozenset(people[0] for people in everyone if len(people) == 1)

    def symbols(self) -> set[str]:
        """Return the symbols of every code."""
        return set(self.session.exec(select(CodeRow.code).where(col(CodeRow.conversation) == self.conversation)))

    def rows(self, column: Mapped[str], values: Collection[str]) -> Iterator[CodeRow]:
        """Yield the codes whose symbols or digests are among ``values``."""
        query = select(CodeRow).where(col(CodeRow.conversation) == self.conversation)
        for batch in _batches(values):
            yield from self.session.exec(query.where(column.in_(batch)))

    def texts(self, symbols: Collection[str]) -> Iterator[CodeTextRow]:
        """Yield the texts of these codes, still sealed."""
        query = select(CodeTextRow).where(col(CodeTextRow.conversation) == self.conversation)
        for batch in _batches(symbols):
            yield from self.session.exec(query.where(col(CodeTextRow.code).in_(batch)))

    def _people(self, row: CodeRow) -> tuple[RecordHandle, ...]:
        people: list[str] = json.loads(self.key.open(row.sealed_people, PEOPLE, row.code))
        return tuple(RecordHandle(person) for person in people)


def _batches(values: Collection[str]) -> Iterator[list[str]]:
    wanted = sorted(set(values))
    return (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
