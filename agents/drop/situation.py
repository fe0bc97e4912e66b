"""One drop seen against its table, and how its figures are written down."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from agents.drop.names import FigureName, NoticeName, QuestionName
from agents.drop.statement import Figure, Notice, OpenQuestion, Unit
from domain.calendar import local_day
from domain.drop_policy import PolicyTable
from domain.drops import DropFacts
from domain.ids import RuleId
from domain.rules.drop.obstacles import LastClass, last_class
from domain.rules.drop.transcript import TranscriptOutcome, transcript_outcome


class Situation(NamedTuple):
    """The facts, the table, the campus day of the drop, what it leaves and whether it is the last class."""

    facts: DropFacts
    table: PolicyTable
    left_on: date | None
    outcome: TranscriptOutcome
    last: LastClass

    @property
    def office(self) -> str:
        """The office that decides what the tables do not."""
        return self.table.standards.records_office

    @property
    def single_drop(self) -> bool:
        """Whether the tables speak of a drop of this one class at all; otherwise another process does."""
        settled = self.outcome in {TranscriptOutcome.NO_RECORD, TranscriptOutcome.WITHDRAWAL}
        return settled and self.last is not LastClass.TERM_WITHDRAWAL

    def dated(self, key: str) -> str:
        """Name a row of the dated table."""
        return f"{self.table.dates.row}/{key}"

    def standing(self, key: str) -> str:
        """Name a row of the standing rules."""
        return f"{self.table.standards.row}/{key}"


def situate(facts: DropFacts, table: PolicyTable) -> Situation:
    """Return the situation of a drop; the campus day counts, not the day in UTC (R114)."""
    drop = facts.drop
    left_on = local_day(drop.at, table.zone) if drop.at is not None else None
    outcome = transcript_outcome(left_on, table.dates, status=drop.status, census_on=drop.census_on)
    return Situation(facts, table, left_on, outcome, last_class(facts.schedule, left_on, table.dates))


def counted(name: FigureName, number: Decimal | int, unit: Unit, *, rule: str, row: str, source: object) -> Figure:
    """A figure that is a number."""
    return Figure(name=name, number=Decimal(number), unit=unit, rule=RuleId(rule), policy_row=row, source=str(source))


def dated(name: FigureName, day: date, *, rule: str, row: str, source: object) -> Figure:
    """A figure that is a campus day."""
    return Figure(name=name, day=day, rule=RuleId(rule), policy_row=row, source=str(source))


def worded(name: FigureName, word: str, *, rule: str, row: str, source: object) -> Figure:
    """A figure that is one of a few words."""
    return Figure(name=name, word=word, rule=RuleId(rule), policy_row=row, source=str(source))


def tell(name: NoticeName, rule: str, row: str, *, office: str = "", details: tuple[str, ...] = ()) -> Notice:
    """A notice with its rule and row."""
    return Notice(name=name, rule=RuleId(rule), policy_row=row, office=office, details=details)


def ask(name: QuestionName, rule: str, office: str) -> OpenQuestion:
    """A question with the office that answers it."""
    return OpenQuestion(name=name, rule=RuleId(rule), office=office)
