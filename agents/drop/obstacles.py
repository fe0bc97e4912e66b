"""What stands before the drop: the last class, a pending case, an office that comes first (R112, R113, R115)."""

from collections.abc import Iterator

from agents.drop.academics import change_of_load
from agents.drop.names import NoticeName, QuestionName
from agents.drop.situation import Situation, ask, tell
from agents.drop.statement import Line
from domain.rules.drop.obstacles import Conduct, LastClass, conduct, offices_first


def obstacle_lines(case: Situation) -> Iterator[Line]:
    """Name every obstacle with its office; flags that nobody read are questions."""
    standards, flags = case.table.standards, case.facts.flags
    if case.last is LastClass.TERM_WITHDRAWAL:
        rule = standards.last_class
        place = case.standing("last_class")
        yield tell(NoticeName.TERM_WITHDRAWAL, "R113", place, office=rule.office, details=(rule.process,))
    if flags is None:
        yield ask(QuestionName.FLAGS, "R112", case.office)
        return
    yield from _conduct(case, flags.pending_conduct)
    change = change_of_load(case)
    for first in offices_first(flags.populations, change.after if change else None, standards.populations):
        name = case.standing(f"populations.{first.population.value}")
        yield tell(NoticeName.OFFICE_FIRST, "R112", name, office=first.office, details=(first.population.value,))
    if flags.populations - {row.population for row in standards.populations}:
        yield ask(QuestionName.POPULATION, "R112", case.office)


def _conduct(case: Situation, pending: bool | None) -> Iterator[Line]:
    row = case.standing("pending_conduct")
    found = conduct(pending, case.table.standards.pending_conduct)
    if found is Conduct.BARRED:
        yield tell(NoticeName.CONDUCT_BARS, "R115", row, office=case.office)
    elif found is Conduct.WARNED:
        yield tell(NoticeName.CONDUCT_PENDING, "R115", row, office=case.office)
    elif found is Conduct.UNKNOWN:
        yield ask(QuestionName.CONDUCT, "R115", case.office)
