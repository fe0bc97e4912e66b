"""The ledger for people: who looked at a student, what was done about them, what a run did (S90, S119, S224)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import AccessDenied, InvalidRecord
from domain.ids import RecordHandle, RunId
from domain.principals import Principal
from graphs.desks.names import Named, Names, name_people
from privacy.access import Question
from store.ledger import TrailEntry
from store.plans import Run

if TYPE_CHECKING:
    from graphs.assembly import Provost

PURPOSE = "audit"
PAGE = 50


class StudentTrail(NamedTuple):
    """One page of what is on record about a student; ``before`` is where the next page begins, None at the end."""

    named: Named
    entries: tuple[TrailEntry, ...]
    before: int | None


class RunTrail(NamedTuple):
    """One page of what a run put on record, with the people it names as far as the reader may know them."""

    run: Run
    entries: tuple[TrailEntry, ...]
    names: Names
    before: int | None


def read_student_trail(
    provost: "Provost", who: Principal, person: RecordHandle, before: int | None = None
) -> StudentTrail:
    """Return a page of the ledger about a student; AccessDenied where the reader may not see it."""
    asked = frozenset({person})
    answer = provost.access.ask(Question(reader=who, fields=("ledger",), people=asked, purpose=PURPOSE))
    if person not in answer.permitted["ledger"]:
        decision = answer.of(person, "ledger")
        fix = "The registrar may look; the student may ask for their own file."
        raise AccessDenied(decision.reason if decision else "No answer.", field=f"ledger {person}", fix=fix)
    entries = provost.ledger.person_trail(person, before, PAGE)
    named = name_people(provost, who, asked, PURPOSE)[person]
    return StudentTrail(named=named, entries=entries, before=_next(entries))


def read_run_trail(provost: "Provost", who: Principal, run_id: str, before: int | None = None) -> RunTrail:
    """Return a page of what a run did.

    Raises ApproverNotAllowed unless a registrar or administrator asks, InvalidRecord where there is no such run.
    """
    provost.require_registrar(who, "audit a run")
    run = provost.runs.read(RunId(run_id))
    if run is None:
        fix = "Open it from the sync board."
        raise InvalidRecord("There is no such run.", field=f"run {run_id}", fix=fix)
    entries = provost.ledger.run_trail(run_id, before, PAGE)
    people = frozenset(person for entry in entries for person in entry.people)
    return RunTrail(run=run, entries=entries, names=_names(provost, who, people), before=_next(entries))


def _names(provost: "Provost", who: Principal, people: frozenset[RecordHandle]) -> Names:
    """Return the people of a page, asked about as of the ledger, so that the look is on record."""
    if not people:
        return {}
    seen = provost.access.ask(Question(reader=who, fields=("ledger",), people=people, purpose=PURPOSE))
    return name_people(provost, who, seen.permitted["ledger"], PURPOSE)


def _next(entries: Sequence[TrailEntry]) -> int | None:
    return entries[-1].seq if len(entries) == PAGE else None
