"""Recall by surface form: of the identifiers of random students, how many are covered to the last letter.

Each form is put into sentences that the finder has not seen, once with the roster of sixty that the student is on as
scope, and once with no scope at all.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from domain.identities import KnownPerson, PersonKind
from evals.privacy.surface import IDENTIFIER_FORMS, NAME_FORMS, SurfaceForm
from privacy.vocabulary import Finder, Hit, Scope

_PERSON_FREE = Path(__file__).with_name("person_free.txt")
ROSTER = 60
STUDENTS = 150
_SLOT = "{x}"
_FRAMES = (
    "Could you check whether {x} still has the hold on the account?",
    "The midterm of {x} was never uploaded to the gradebook.",
    "I spoke with {x} about the late withdrawal and the refund.",
    "Two absences this week: {x} and one other in the evening lab.",
    "Reminder to the office, {x} asked for an extension until Friday.",
    "fwd: question from {x}\n\nplease see below and reply when you can",
    "Section 2 roster note ({x}) - moved from the waitlist yesterday.",
    "Grade change requested for {x}; the instructor agrees.",
    "As discussed with {x}, the capstone counts as an elective.",
    "we have not heard from {x} since the second week of the term",
)


class RecallRow(NamedTuple):
    """One form: how many were tried, the share covered with a roster and without, and the floor for the first.

    ``linked`` is the share, with a roster, of which a hit names the right person, alone or among others.
    """

    form: str
    tried: int
    with_roster: float
    without: float
    linked: float
    floor: float | None

    @property
    def falls_short(self) -> bool:
        """Whether the recall with a roster is under its floor."""
        return self.floor is not None and self.with_roster < self.floor


def measure_recall(
    finder: Finder, people: Sequence[KnownPerson], seed: int, students: int = STUDENTS
) -> list[RecallRow]:
    """Measure every form on random students of ``people``, whom the finder's directory must hold."""
    random = Random(seed)  # noqa: S311 a simulation
    enrolled = [known for known in people if known.identity.kind is PersonKind.STUDENT]
    chosen = random.sample(enrolled, students)
    rosters = [Scope(people=frozenset(k.handle for k in (one, *random.sample(enrolled, ROSTER - 1)))) for one in chosen]
    return [_measure(finder, form, chosen, rosters, random) for form in (*NAME_FORMS, *IDENTIFIER_FORMS)]


def is_covered(hits: Sequence[Hit], frame: str, written: str) -> bool:
    """Tell whether no letter or digit of what was written is left outside the hits."""
    start = frame.index(_SLOT)
    left = set(range(start, start + len(written))) - _endings(written, start)
    for hit in hits:
        left -= set(range(hit.start, hit.end))
    return not any(written[at - start].isalnum() for at in left)


def _endings(written: str, start: int) -> set[int]:
    """What may stay: tags, a possessive s, a file's ending, the word beside an id."""
    kept = {start + at for tag in re.finditer(r"<[^>]*>", written) for at in range(*tag.span())}
    for ending in ("'s", "_hw3.docx", "_essay.pdf"):
        if written.endswith(ending):
            kept |= set(range(start + len(written) - len(ending), start + len(written)))
    for beginning in ("/users/", "Canvas id ", "born ", "essay"):
        if written.startswith(beginning):
            kept |= set(range(start, start + len(beginning)))
    if written.endswith("final"):
        kept |= set(range(start + len(written) - 5, start + len(written)))
    return kept


def _measure(
    finder: Finder, form: SurfaceForm, chosen: Sequence[KnownPerson], rosters: Sequence[Scope], random: Random
) -> RecallRow:
    tried = scoped = alone = linked = 0
    for known, roster in zip(chosen, rosters, strict=True):
        written, frame = form.write(known.identity, random), random.choice(_FRAMES)
        if not written:
            continue
        text = frame.replace(_SLOT, written)
        hits = finder.find(text, roster)
        tried += 1
        scoped += is_covered(hits, frame, written)
        linked += any(known.handle in hit.people for hit in hits)
        alone += is_covered(finder.find(text, Scope()), frame, written)
    count = max(1, tried)
    return RecallRow(form.name, tried, scoped / count, alone / count, linked / count, form.floor)


class OverRedaction(NamedTuple):
    """What is hit in text that speaks of nobody, per thousand words."""

    words: int
    linked: float
    unlinked: float


def measure_over_redaction(
    finder: Finder, people: Sequence[KnownPerson], seed: int, rosters: int = 10
) -> OverRedaction:
    """Read ``person_free.txt`` under several rosters; every hit is one too many, linked to a record or not."""
    random = Random(seed)  # noqa: S311 a simulation
    texts = _PERSON_FREE.read_text(encoding="utf-8").splitlines()
    words = sum(len(text.split()) for text in texts) * rosters
    linked = unlinked = 0
    for _ in range(rosters):
        scope = Scope(people=frozenset(known.handle for known in random.sample(list(people), ROSTER)))
        for text in texts:
            hits = finder.find(text, scope)
            linked += sum(bool(hit.people) for hit in hits)
            unlinked += sum(not hit.people for hit in hits)
    return OverRedaction(words, 1000 * linked / words, 1000 * unlinked / words)
