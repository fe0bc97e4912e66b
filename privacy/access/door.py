"""The door to people: a question goes in, what the reader may see comes out, and the look is on record first (S224).

Fits ``domain.ports.AccessDecider`` and ``privacy.vocabulary.PeopleAccess``.
"""

from collections.abc import Collection
from fnmatch import fnmatchcase

from pydantic import Field

from domain.access import AccessDecision, Action
from domain.ids import RecordHandle, SectionKey
from domain.principals import Principal
from domain.records import Record
from privacy.access.decide import Case, Verdict, decide
from privacy.access.recording import Asking, gather_looks, record_looks
from privacy.access.relations import Relations
from privacy.access.rules import AccessRules
from store.ledger import Ledger

DIRECTLY = "none"
"""What stands for the agent where a person asks without one."""
_LOOKS = {action.value for action in Action} - {Action.APPROVE.value}


class Question(Record):
    """Who asks for which fields of whom, and what for; ``section`` narrows a class to that one (S256).

    ``agent`` is the program through which a person asks: it must be allowed by its own scopes as well (S174).
    """

    reader: Principal
    fields: tuple[str, ...]
    people: frozenset[RecordHandle]
    purpose: str
    action: Action = Action.SEE
    section: SectionKey | None = None
    agent: Principal | None = None
    run: str = ""


class Answer(Record):
    """For each field, who may be shown and what each decision was."""

    permitted: dict[str, frozenset[RecordHandle]] = Field(default_factory=dict)
    decisions: dict[str, tuple[tuple[AccessDecision, frozenset[RecordHandle]], ...]] = Field(default_factory=dict)

    def of(self, person: RecordHandle, field: str) -> AccessDecision | None:
        """Return what was decided about one field of one person; None where that was not asked."""
        found = self.decisions.get(field, ())
        return next((decision for decision, people in found if person in people), None)


class Access:
    """Decides and records; safe for many threads at once."""

    def __init__(self, rules: AccessRules, relations: Relations, ledger: Ledger) -> None:
        self.rules = rules
        self._relations, self._ledger = relations, ledger

    def ask(self, question: Question) -> Answer:
        """Answer a question and put it on record, permits and denials in one append (S224, R25).

        Raises LedgerUnavailable where that fails: what cannot be recorded is not shown.
        """
        answer = self.explain(question)
        asking = Asking(
            question.reader.id, question.agent.id if question.agent else DIRECTLY, question.purpose, question.run
        )
        record_looks(self._ledger, asking, gather_looks(answer.decisions))
        return answer

    def explain(self, question: Question) -> Answer:
        """Answer without showing anything and so without a record."""
        decisions = {field: self._decide(question, field) for field in dict.fromkeys(question.fields)}
        return Answer(
            permitted={field: _permitted(verdicts) for field, verdicts in decisions.items()},
            decisions={field: tuple((one.decision, one.people) for one in found) for field, found in decisions.items()},
        )

    def visible(
        self, reader: Principal, people: Collection[RecordHandle], field: str, purpose: str
    ) -> frozenset[RecordHandle]:
        """Return those of ``people`` whose ``field`` the reader may see; permitted and denied looks are recorded."""
        question = Question(reader=reader, fields=(field,), people=frozenset(people), purpose=purpose)
        return self.ask(question).permitted[field]

    def permits(
        self,
        principal: Principal,
        action: str,
        resource: str,
        purpose: str,
        people: Collection[RecordHandle] = (),
    ) -> bool:
        """Tell whether the principal may do this to all of ``people``; with nobody named only an approval can be.

        To see or export is a look and is recorded; to approve is recorded by the approval itself.
        """
        asked = frozenset(people)
        if action == Action.APPROVE:
            return self._may_approve(principal, resource, asked)
        if action not in _LOOKS or not asked:
            return False
        question = Question(reader=principal, fields=(resource,), people=asked, purpose=purpose, action=Action(action))
        return self.ask(question).permitted[resource] == asked

    def _decide(self, question: Question, field: str) -> tuple[Verdict, ...]:
        case = Case(question.reader, question.action, field, question.people, question.purpose, question.section)
        verdicts = decide(case, self.rules, self._relations)
        if question.agent is None:
            return verdicts
        return tuple(limited for verdict in verdicts for limited in self._within(question.agent, case, verdict))

    def _within(self, agent: Principal, case: Case, verdict: Verdict) -> tuple[Verdict, ...]:
        """Return what an agent's own scopes leave of what the person behind it may see (S174)."""
        if not verdict.decision.permitted:
            return (verdict,)
        own = decide(case._replace(principal=agent, people=verdict.people), self.rules, self._relations)
        return tuple(Verdict(verdict.decision, one.people) if one.decision.permitted else one for one in own)

    def _may_approve(self, who: Principal, action: str, people: frozenset[RecordHandle]) -> bool:
        """Tell whether rules for the approver's roles reach everyone whose record the change touches (R21, R30)."""
        if who.acting_as is not None:
            return False
        fitting = [
            rule
            for rule in self.rules.approvals
            if who.roles & set(rule.roles) and any(fnmatchcase(action, pattern) for pattern in rule.actions)
        ]
        left = people
        for rule in fitting:
            left -= self._relations.related(who, rule.relationship, left)
        return bool(fitting) and not left


def _permitted(verdicts: Collection[Verdict]) -> frozenset[RecordHandle]:
    return frozenset().union(*(one.people for one in verdicts if one.decision.permitted))
