"""The codes of one conversation, read under its key inside one transaction."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam
from sqlmodel import col, select

from domain.ids import RecordHandle
from privacy.vault.entries import Entry
from privacy.vault.keys import ConversationKey
from privacy.vocabulary import Label
from store.conversations import CodeRow, CodeTextRow

BATCH = 500
_Row = Row[str, str, str, str]
PEOPLE = "people"
"""The facet under which whom a code means is sealed."""

_OF_CODE = (col(CodeRow.code), col(CodeRow.subject_digest), col(CodeRow.label), col(CodeRow.sealed_people))
_OF_TEXT = (col(CodeTextRow.code), col(CodeTextRow.facet), col(CodeTextRow.text_digest), col(CodeTextRow.sealed_text))
_HERE: BindParameter[str] = bindparam("conversation")
_WANTED: BindParameter[str] = bindparam("wanted", expanding=True)
_CODES = select(*_OF_CODE).where(col(CodeRow.conversation) == _HERE)
_TEXTS = select(*_OF_TEXT).where(col(CodeTextRow.conversation) == _HERE, col(CodeTextRow.code).in_(_WANTED))
_BY_SYMBOLS, _BY_DIGEST = (_CODES.where(each.in_(_WANTED)) for each in (col(CodeRow.code), col(CodeRow.subject_digest)))
"""Built once: to build one costs more than to ask it."""


class Codebook:
    """Reads codes, each by its exact symbols or its digest."""

    def __init__(self, connection: Connection, conversation: str, key: ConversationKey) -> None:
        self.connection, self.conversation, self.key = connection, conversation, key

    def entries(self, symbols: Collection[str]) -> Mapping[str, Entry]:
        """Return what is known of each of these codes."""
        texts: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for text in self.texts(symbols):
            texts[text.code][text.facet] = self.key.open(text.sealed_text, text.facet, text.code)
        return {
            row.code: Entry(symbols=row.code, label=Label(row.label), people=self._people(row), texts=texts[row.code])
            for row in self._asked(_BY_SYMBOLS, symbols)
        }

    def people(self) -> frozenset[RecordHandle]:
        """Return everyone whom a code means with certainty."""
        rows = self.connection.execute(_CODES, {"conversation": self.conversation})
        everyone = [self._people(row) for row in rows]
        return frozenset(people[0] for people in everyone if len(people) == 1)

    def symbols(self) -> set[str]:
        """Return the symbols of every code."""
        return set(self.connection.scalars(_CODES, {"conversation": self.conversation}))

    def by_digest(self, digests: Collection[str]) -> Iterator[_Row]:
        """Yield the codes of the subjects with these digests."""
        return self._asked(_BY_DIGEST, digests)

    def texts(self, symbols: Collection[str]) -> Iterator[_Row]:
        """Yield the texts of these codes, still sealed."""
        return self._asked(_TEXTS, symbols)

    def _asked(self, query: Select[str, str, str, str], wanted: Collection[str]) -> Iterator[_Row]:
        ordered = sorted(set(wanted))
        for start in range(0, len(ordered), BATCH):
            batch = ordered[start : start + BATCH]
            yield from self.connection.execute(query, {"conversation": self.conversation, "wanted": batch})

    def _people(self, row: _Row) -> tuple[RecordHandle, ...]:
        people: list[str] = json.loads(self.key.open(row.sealed_people, PEOPLE, row.code))
        return tuple(RecordHandle(person) for person in people)
