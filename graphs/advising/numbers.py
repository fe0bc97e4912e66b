"""How many, never who: traits that are shown in numbers only, small numbers hidden (E16, R29)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import AccessDenied, InvalidRecord
from domain.ids import RecordHandle
from domain.populations import Trait
from domain.ports import Fetch
from domain.principals import Principal, Role
from domain.records import RegistrationStatus
from graphs.advising.sight import PURPOSE, Sight
from privacy.access import Question
from privacy.access.fields import FIELDS, Kind
from privacy.access.relations import DEPARTMENT
from privacy.aggregates.door import NumberQuestion
from privacy.aggregates.table import Place
from tools.catalog.reading import Fact, Reading

HIDDEN = "a hidden number, as fewer than {smallest} people could be told from it"


@dataclass(frozen=True)
class NumberLook:
    """Counts for one conversation."""

    sight: Sight

    def count_trait(self, caller: Principal, trait: str, section: str) -> Reading:
        """Return how many students have a trait; that it is not said who is part of the answer."""
        field = _field_of(trait)
        people = self._people(caller, section)
        by_name = self._refusal(caller, field, people)
        facts: dict[str, Fact] = {"trait": field.replace("_", "-"), "by_name": by_name, "read_at": self.sight.now()}
        held = self._members(field, people)
        if held is None or not held.complete:
            return Reading({**facts, "numbers": [], "why_none": "No system in scope tells it, so there is no number."})
        groups = {("yes", "students"): people & set(held.rows), ("no", "students"): people - set(held.rows)}
        try:
            counted = self.count(caller, field, groups)
            facts["numbers"] = [{"group": group, "students": number} for group, number in counted.items()]
        except AccessDenied as refused:
            return Reading({**facts, "numbers": [], "why_none": f"{refused.message} {refused.fix}"})
        return Reading(facts, (self.sight.from_sis(f"{facts['trait']}, in numbers", held.read_at),))

    def count(self, caller: Principal, field: str, groups: Mapping[Place, frozenset[RecordHandle]]) -> dict[str, str]:
        """Return the number of each group, or why it is hidden; on record before it is shown.

        Raises AccessDenied where the caller may not have these numbers.
        """
        filled = {place: people for place, people in groups.items() if people}
        asked = NumberQuestion(reader=caller, field=field, groups=filled, purpose=PURPOSE)
        shown = self.sight.provost.aggregates.count(asked)
        hidden = HIDDEN.format(smallest=shown.smallest)
        numbers = {place: shown.numbers.get(place) for place in filled}
        return {row: hidden if number is None else str(number) for (row, _), number in numbers.items()}

    def people_of(self, departments: Iterable[str]) -> frozenset[RecordHandle]:
        """Return the students of departments; AccessDenied where none is named."""
        days = timedelta(days=self.sight.provost.access.rules.relationships.days_after_end)
        rows = [
            row
            for code in departments
            for row in self.sight.provost.readers.relationships.read_department(code, self.sight.today() - days).rows
            if row.status is RegistrationStatus.REGISTERED
        ]
        if not rows:
            fix = "Name a class you may see."
            raise AccessDenied("There is nobody in your department to count.", field="department", fix=fix)
        return frozenset(self.sight.provost.identities.handles([row.person for row in rows]).values())

    def _people(self, caller: Principal, section: str) -> frozenset[RecordHandle]:
        if not section.strip() and Role.ADVISOR in caller.roles:
            return self.sight.advisees(caller)
        if Role.STUDENT in caller.roles and caller.person is not None:
            return frozenset({caller.person})
        if not section.strip() and (codes := [one for one in caller.scopes if one.startswith(DEPARTMENT)]):
            return self.people_of(code.removeprefix(DEPARTMENT) for code in codes)
        sections = self.sight.sections_meant(caller, section)
        return frozenset(person for each in sections for person in self.sight.roster(each.key).rows)

    def _refusal(self, caller: Principal, field: str, people: frozenset[RecordHandle]) -> str:
        """Return why nobody is named; the refusal is on record (S224)."""
        asked = Question(reader=caller, fields=(field,), people=people, purpose=PURPOSE, run=self.sight.run)
        answer = self.sight.provost.access.ask(asked)
        decision = answer.of(min(people), field) if people else None
        if decision is not None and decision.permitted:
            return "Names are not given here (E16)."
        reason = decision.reason if decision else "There is nobody in this class."
        return f"{reason} ({decision.rule})" if decision else reason

    def _members(self, field: str, people: frozenset[RecordHandle]) -> Fetch[RecordHandle] | None:
        """Return who has the trait; None where no system tells it."""
        reader = self.sight.provost.readers.traits
        if reader is None or field not in {trait.value for trait in Trait}:
            return None
        return reader.read_members(Trait(field), people)


def _field_of(trait: str) -> str:
    """Return the demographic field that a trait's words mean; InvalidRecord for any other."""
    plain = trait.strip().lower().replace("-", "_").replace(" ", "_")
    known = sorted(name for name, kind in FIELDS.items() if kind is Kind.DEMOGRAPHIC)
    if plain not in known:
        fix = f"Ask about {', '.join(known)}."
        raise InvalidRecord("There is no such trait to count.", field="trait", fix=fix)
    return plain
