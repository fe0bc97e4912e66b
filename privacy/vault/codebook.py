"""The codes of one conversation, read and written under its key inside one session."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.ids import RecordHandle
from privacy.vault.entries import Code, Entry, Subject, facet_of
from privacy.vault.keys import ConversationKey
from privacy.vault.symbols import new_symbols
from privacy.vocabulary import Facet, Label
from store.conversations import CodeRow, CodeTextRow

BATCH = 500
_PEOPLE = "people"
"""The facet under which whom a code means is sealed."""


class Codebook:
    """Finds and adds codes; whoever adds holds the lock on the conversation."""

    def __init__(self, session: Session, conversation: str, key: ConversationKey) -> None:
        self._session, self._conversation, self._key = session, conversation, key

    def find(self, subject: Subject) -> Code | None:
        """Return the code of a subject in exactly this text; None where either is new."""
        row = self._row(subject)
        text = self._text(row, subject) if row else None
        return _code(row, text, subject) if row and text else None

    def add(self, subject: Subject) -> Code:
        """Add what ``find`` misses: the code of a new subject, or one more text of a known one."""
        row = self._row(subject) or self._new_row(subject)
        text = CodeTextRow(
            conversation=self._conversation,
            code=row.code,
            facet=self._free_facet(row, subject.facet),
            text_digest=self._text_digest(subject),
            sealed_text="",
        )
        text.sealed_text = self._key.seal(subject.text, text.facet, row.code)
        self._session.add(text)
        self._session.flush()
        return _code(row, text, subject)

    def entries(self, symbols: Collection[str]) -> Mapping[str, Entry]:
        """Return what is known of each of these codes."""
        texts: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for batch in _batches(symbols):
            query = self._texts().where(col(CodeTextRow.code).in_(batch))
            for text in self._session.exec(query):
                texts[text.code][text.facet] = self._key.open(text.sealed_text, text.facet, text.code)
        rows = [row for batch in _batches(symbols) for row in self._rows(batch)]
        return {row.code: self._entry(row, texts[row.code]) for row in rows}

    def people(self) -> frozenset[RecordHandle]:
        """Return everyone whom a code means with certainty."""
        query = select(CodeRow).where(col(CodeRow.conversation) == self._conversation)
        everyone = [self._people(row) for row in self._session.exec(query)]
        return frozenset(people[0] for people in everyone if len(people) == 1)

    def _entry(self, row: CodeRow, texts: Mapping[str, str]) -> Entry:
        return Entry(symbols=row.code, label=Label(row.label), people=self._people(row), texts=texts)

    def _rows(self, symbols: list[str]) -> Iterator[CodeRow]:
        query = select(CodeRow).where(col(CodeRow.conversation) == self._conversation)
        return iter(self._session.exec(query.where(col(CodeRow.code).in_(symbols))))

    def _row(self, subject: Subject) -> CodeRow | None:
        query = select(CodeRow).where(
            col(CodeRow.conversation) == self._conversation,
            col(CodeRow.subject_digest) == self._subject_digest(subject),
        )
        return self._session.exec(query).first()

    def _new_row(self, subject: Subject) -> CodeRow:
        symbols = new_symbols()
        while self._session.get(CodeRow, (self._conversation, symbols)):
            symbols = new_symbols()
        row = CodeRow(
            conversation=self._conversation,
            code=symbols,
            subject_digest=self._subject_digest(subject),
            label=str(Label.AMBIGUOUS if len(subject.people) > 1 else subject.label),
            sealed_people=self._key.seal(json.dumps(sorted(subject.people)), _PEOPLE, symbols),
        )
        self._session.add(row)
        self._session.flush()
        return row

    def _text(self, row: CodeRow, subject: Subject) -> CodeTextRow | None:
        digest = col(CodeTextRow.text_digest) == self._text_digest(subject)
        return self._session.exec(self._texts().where(col(CodeTextRow.code) == row.code, digest)).first()

    def _free_facet(self, row: CodeRow, facet: Facet) -> str:
        taken = {text.facet for text in self._session.exec(self._texts().where(col(CodeTextRow.code) == row.code))}
        same = sum(facet_of(variant) is facet for variant in taken)
        return f"{facet}{same + 1}" if same else str(facet)

    def _people(self, row: CodeRow) -> tuple[RecordHandle, ...]:
        people: list[str] = json.loads(self._key.open(row.sealed_people, _PEOPLE, row.code))
        return tuple(RecordHandle(person) for person in people)

    def _texts(self) -> SelectOfScalar[CodeTextRow]:
        return select(CodeTextRow).where(col(CodeTextRow.conversation) == self._conversation)

    def _subject_digest(self, subject: Subject) -> str:
        if len(subject.people) == 1:
            return self._key.digest("person", *subject.people)
        return self._key.digest("text", subject.label, subject.facet, subject.text, *sorted(subject.people))

    def _text_digest(self, subject: Subject) -> str:
        return self._key.digest("form", subject.facet, subject.text)


def _code(row: CodeRow, text: CodeTextRow, subject: Subject) -> Code:
    unlinked = len(subject.people) != 1
    return Code(row.label, row.code, "" if unlinked or text.facet == Facet.NAME else text.facet)


def _batches(symbols: Collection[str]) -> Iterator[list[str]]:
    wanted = sorted(set(symbols))
    return (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
