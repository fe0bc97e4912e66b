"""The door to numbers: who may ask, how many people at least, and what earlier answers would give away (S102, R29).

The ledger remembers what was answered: which people each shown number was about, by opaque places sealed under each
person's own key. One reader's questions about one field are compared with each other; what several readers could do by
telling each other is not found.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from domain.access import AccessDecision, Action
from domain.errors import AccessDenied, InternalError
from domain.ids import RecordHandle
from domain.ports import Clock
from domain.principals import Principal
from domain.records import Record
from privacy.access.door import DIRECTLY, Access, Question
from privacy.access.recording import AGGREGATE, Asking, Looked, record_looks
from privacy.aggregates.differences import Group, tells_of_few
from privacy.aggregates.suppression import hide_cells
from privacy.aggregates.table import TOTAL, CountTable, Place
from store.canonical import JSON
from store.ledger import Draft, Ledger, Subject

_ALL = -1
"""Stands for every row or column in what is remembered."""
MOST_ANSWERS = 400
"""More shown numbers than this are not compared with a new question; the reader waits until some are forgotten."""


class NumberQuestion(Record):
    """How many people stand at each row and column; ``field`` is what rows and columns tell of a person."""

    reader: Principal
    field: str
    groups: dict[Place, frozenset[RecordHandle]]
    purpose: str
    agent: Principal | None = None


class ShownTable(Record):
    """The numbers that may be shown, margins included; None stands for a hidden one."""

    numbers: dict[Place, int | None]
    smallest: int


class Aggregates:
    """Answers questions for numbers; one at a time, so that two at once cannot slip past each other."""

    def __init__(self, access: Access, ledger: Ledger, clock: Clock) -> None:
        self._access, self._ledger, self._clock = access, ledger, clock
        self._one_at_a_time = Lock()

    def count(self, question: NumberQuestion) -> ShownTable:
        """Return the table with small cells hidden, on record first.

        Raises AccessDenied where the reader may not have numbers about these people, or where the answer together with
        earlier ones would be about fewer people than the file allows.
        """
        with self._one_at_a_time:
            decision = self._require_access(question)
            settings = self._access.rules.aggregates
            table = CountTable.of({place: len(people) for place, people in question.groups.items()})
            hidden = hide_cells(table, settings.smallest_cell)
            shown = {place: _people_at(question.groups, place) for place in table.values if place not in hidden}
            self._refuse_differences(question, list(shown.values()))
            self._record(question, shown, decision)
        numbers = {place: None if place in hidden else number for place, number in table.values.items()}
        return ShownTable(numbers=numbers, smallest=settings.smallest_cell)

    def _require_access(self, question: NumberQuestion) -> AccessDecision:
        """Return what the answer rests on; AccessDenied, on record, where anybody in it is out of reach."""
        people = _everyone(question)
        asked = Question(
            reader=question.reader,
            fields=(question.field,),
            people=people,
            purpose=question.purpose,
            action=Action.AGGREGATE,
            agent=question.agent,
        )
        found = self._access.explain(asked).decisions[question.field]
        refused = [(decision, who) for decision, who in found if not decision.permitted]
        if refused or not found:
            looks = [Looked(decision, (question.field,), who) for decision, who in refused]
            record_looks(self._ledger, _asking(question), looks)
            reason = refused[0][0].reason if refused else "There is nobody in it."
            raise AccessDenied(reason, field=question.field, fix="Ask about your own students, or ask the registrar.")
        return found[0][0]

    def _refuse_differences(self, question: NumberQuestion, shown: list[Group]) -> None:
        """Raise AccessDenied, on record, where old and new numbers together would be about few people."""
        earlier = list(self._earlier(question))
        answers = list(dict.fromkeys([*earlier, *shown]))
        smallest = self._access.rules.aggregates.smallest_cell
        if len(answers) <= MOST_ANSWERS and not (earlier and tells_of_few(answers, smallest)):
            return
        reason = f"Together with earlier answers this would be about fewer than {smallest} people."
        decision = AccessDecision(permitted=False, rule="R29", reason=reason)
        people = _everyone(question)
        record_looks(self._ledger, _asking(question), [Looked(decision, (question.field,), people)])
        days = self._access.rules.aggregates.remember_days
        fix = f"Ask for the same people as before, or again in {days} days."
        raise AccessDenied(reason, field=question.field, fix=fix)

    def _earlier(self, question: NumberQuestion) -> Iterator[Group]:
        """Yield the people behind every number this reader was shown of the field and that still counts."""
        since = self._clock.now() - timedelta(days=self._access.rules.aggregates.remember_days)
        for line in self._ledger.export(run=_thread(question.reader)):
            entry = json.loads(line)
            fresh = datetime.fromisoformat(entry["at"]) >= since
            if entry["kind"] == AGGREGATE and entry["body"]["what"] == question.field and fresh:
                yield from _shown_groups(entry)

    def _record(self, question: NumberQuestion, shown: Mapping[Place, Group], decision: AccessDecision) -> None:
        """Append one entry that names everybody counted, and where, by opaque numbers sealed for each of them."""
        rows = {row: number for number, row in enumerate(dict.fromkeys(row for row, _ in question.groups))}
        columns = {column: number for number, column in enumerate(dict.fromkeys(c for _, c in question.groups))}
        where = {
            person: [rows[row], columns[column]]
            for (row, column), people in question.groups.items()
            for person in people
        }
        body: dict[str, JSON] = {
            "agent": _asking(question).agent,
            "purpose": question.purpose,
            "what": question.field,
            "records": len(where),
            "rule": decision.rule,
            "basis": decision.basis.value,
            "shown": [[rows.get(row, _ALL), columns.get(column, _ALL)] for row, column in sorted(shown)],
        }
        subjects = tuple(Subject(person, {"at": place}) for person, place in sorted(where.items()))
        self._ledger.append_many([Draft(AGGREGATE, question.reader.id, _thread(question.reader), body, subjects)])


def _everyone(question: NumberQuestion) -> frozenset[RecordHandle]:
    """Return all who are counted; InternalError where somebody stands at two places, as margins would count twice."""
    people = frozenset[RecordHandle]().union(*question.groups.values())
    if len(people) != sum(len(group) for group in question.groups.values()):
        raise InternalError("Somebody stands at two places of one table.", field=question.field)
    return people


def _people_at(groups: Mapping[Place, frozenset[RecordHandle]], place: Place) -> Group:
    """Return the people behind a number, those of a margin too."""
    row, column = place
    return frozenset[RecordHandle]().union(
        *(people for (r, c), people in groups.items() if row in (r, TOTAL) and column in (c, TOTAL))
    )


def _shown_groups(entry: Mapping[str, Any]) -> Iterator[Group]:
    """Rebuild who stood behind each shown number; a person whose key was erased stands nowhere."""
    placed = [(one["handle"], one["detail"]["at"]) for one in entry["subjects"] if one["detail"]]
    for row, column in entry["body"]["shown"]:
        yield frozenset(who for who, (r, c) in placed if row in (r, _ALL) and column in (c, _ALL))


def _thread(reader: Principal) -> str:
    """Return the name under which the ledger keeps one reader's numbers together."""
    return f"numbers of {reader.id}"


def _asking(question: NumberQuestion) -> Asking:
    agent = question.agent.id if question.agent else DIRECTLY
    return Asking(question.reader.id, agent, question.purpose, _thread(question.reader))
