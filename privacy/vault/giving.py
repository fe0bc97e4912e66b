"""Gives codes: one per subject, one facet per text, found by digest and made where missing."""

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from sqlmodel import col

from privacy.vault.codebook import PEOPLE, Codebook
from privacy.vault.entries import Code, Subject, facet_of
from privacy.vault.symbols import new_symbols
from privacy.vocabulary import Facet, Label
from store.conversations import CodeRow, CodeTextRow


class Giver:
    """Finds and adds the codes of these subjects; whoever adds holds the lock on the conversation."""

    def __init__(self, book: Codebook, subjects: Sequence[Subject]) -> None:
        self._book = book
        self._digests = {subject: self._subject_digest(subject) for subject in subjects}
        rows = list(book.rows(col(CodeRow.subject_digest), self._digests.values()))
        self._rows = {row.subject_digest: row for row in rows}
        self._texts: defaultdict[str, dict[str, CodeTextRow]] = defaultdict(dict)
        for text in book.texts([row.code for row in rows]):
            self._texts[text.code][text.text_digest] = text

    def find(self, subject: Subject) -> Code | None:
        """Return the code of a subject in exactly this text; None where either is new."""
        row = self._rows.get(self._digests[subject])
        text = self._texts[row.code].get(self._text_digest(subject)) if row else None
        return _code(row, text, subject) if row and text else None

    def add(self, subject: Subject) -> Code:
        """Add what ``find`` misses: the code of a new subject, or one more text of a known one."""
        row = self._rows.get(self._digests[subject]) or self._new_row(subject)
        facet, digest = self._free_facet(row, subject.facet), self._text_digest(subject)
        text = CodeTextRow(
            conversation=row.conversation,
            code=row.code,
            facet=facet,
            text_digest=digest,
            sealed_text=self._book.key.seal(subject.text, facet, row.code),
        )
        self._book.session.add(text)
        self._texts[row.code][digest] = text
        return _code(row, text, subject)

    def _new_row(self, subject: Subject) -> CodeRow:
        symbols = new_symbols()
        while symbols in self._taken:
            symbols = new_symbols()
        self._taken.add(symbols)
        row = CodeRow(
            conversation=self._book.conversation,
            code=symbols,
            subject_digest=self._digests[subject],
            label=str(Label.AMBIGUOUS if len(subject.people) > 1 else subject.label),
            sealed_people=self._book.key.seal(json.dumps(sorted(subject.people)), PEOPLE, symbols),
        )
        self._book.session.add(row)
        self._rows[row.subject_digest] = row
        return row

    @cached_property
    def _taken(self) -> set[str]:
        return self._book.symbols()

    def _free_facet(self, row: CodeRow, facet: Facet) -> str:
        same = sum(facet_of(text.facet) is facet for text in self._texts[row.code].values())
        return f"{facet}{same + 1}" if same else str(facet)

    def _subject_digest(self, subject: Subject) -> str:
        if len(subject.people) == 1:
            return self._book.key.digest("person", *subject.people)
        return self._book.key.digest("text", subject.label, subject.facet, subject.text, *sorted(subject.people))

    def _text_digest(self, subject: Subject) -> str:
        return self._book.key.digest("form", subject.facet, subject.text)


def _code(row: CodeRow, text: CodeTextRow, subject: Subject) -> Code:
    unlinked = len(subject.people) != 1
    return Code(row.label, row.code, "" if unlinked or text.facet == Facet.NAME else text.facet)
