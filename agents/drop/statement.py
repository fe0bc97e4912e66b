"""The impact statement: every figure beside its policy row and its source, and every open question (S115)."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, model_validator

from agents.drop.names import FigureName, NoticeName, QuestionName
from domain.drops import DropKind
from domain.ids import RecordHandle, RuleId, SectionKey
from domain.records import Record


class Standing(StrEnum):
    """Whether the drop can go on, and who must speak first."""

    READY = "ready"
    OFFICE_FIRST = "office_first"
    FOR_A_PERSON = "for_a_person"
    BLOCKED = "blocked"
    SUPERSEDED = "superseded"


class Unit(StrEnum):
    """What a number counts; figures without a number have none."""

    MONEY = "money"
    HOURS = "hours"
    PERCENT = "percent"
    COUNT = "count"
    NONE = "none"


class Figure(Record):
    """One figure of the statement: a number, a campus day, an instant in UTC or a word, exactly one of them.

    ``policy_row`` is the row of the policy it rests on, ``source`` the systems it was computed from and when they were
    read.
    """

    name: FigureName
    unit: Unit = Unit.NONE
    number: Decimal | None = None
    day: date | None = None
    instant: AwareDatetime | None = None
    word: str = ""
    rule: RuleId
    policy_row: str
    source: str

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        given = [value for value in (self.number, self.day, self.instant, self.word or None) if value is not None]
        if len(given) != 1:
            raise ValueError("a figure has exactly one value")
        return self


class Notice(Record):
    """Something the student is told before confirming; ``details`` are codes, never people."""

    name: NoticeName
    rule: RuleId
    policy_row: str
    office: str = ""
    details: tuple[str, ...] = ()


class OpenQuestion(Record):
    """Something the tables or the readings do not answer, and the office that does."""

    name: QuestionName
    rule: RuleId
    office: str


Line = Figure | Notice | OpenQuestion


class ImpactStatement(Record):
    """What a drop means for one student, before it happens or once it is registered (R111, S115, S116).

    ``policy`` names the version and the tables; ``campus_day`` is the day of the drop on campus, None where it is not
    known; ``send_to`` is the office that comes next, empty where none does.
    """

    kind: DropKind
    standing: Standing
    person: RecordHandle
    section: SectionKey
    course: str
    policy: str
    currency: str
    time_zone: str
    campus_day: date | None
    send_to: str
    figures: tuple[Figure, ...] = ()
    notices: tuple[Notice, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    template: str

    def figure(self, name: FigureName) -> Figure | None:
        """Return the figure of that name, or None where the statement has none."""
        return next((each for each in self.figures if each.name is name), None)
