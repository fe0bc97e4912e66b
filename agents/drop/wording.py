"""Words an impact statement from a versioned template file: what the tables say, and no advice (R111)."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from agents.drop.names import FigureName, NoticeName, QuestionName
from agents.drop.statement import Figure, ImpactStatement, Standing, Unit
from agents.wording import read_template
from domain.drops import DropKind
from domain.records import Record

TEMPLATE = "impact_v1"


class Template(Record):
    """The sentences of one version; every name of the vocabulary has exactly one."""

    version: str
    opening: dict[DropKind, str]
    standing: dict[Standing, str]
    figures: dict[FigureName, str]
    notices: dict[NoticeName, str]
    questions: dict[QuestionName, str]
    words: dict[str, str]
    basis: str
    closing: str


def read_sentences(name: str) -> Template:
    """Return the sentences of a version; a statement is worded by the one it was made with."""
    return read_template("agents.drop", name, Template)


def explain_impact(statement: ImpactStatement) -> str:
    """Word a statement, one sentence a line, each figure with its row, rule and source; the person is never named."""
    return "\n".join(_lines(statement, read_sentences(statement.template)))


def word_figure(figure: Figure, statement: ImpactStatement) -> str:
    """Word one figure alone, without its row and source."""
    template = read_sentences(statement.template)
    return template.figures[figure.name].format(value=_value(figure, statement, template))


def _lines(statement: ImpactStatement, template: Template) -> Iterator[str]:
    day = statement.campus_day.isoformat() if statement.campus_day else "an unknown day"
    yield template.opening[statement.kind].format(course=statement.course, section=statement.section, day=day)
    yield template.standing[statement.standing].format(office=statement.send_to)
    for notice in statement.notices:
        said = template.notices[notice.name].format(office=notice.office, details=", ".join(notice.details))
        yield f"- {said} ({notice.rule}; {notice.policy_row})"
    for figure in statement.figures:
        said = template.figures[figure.name].format(value=_value(figure, statement, template))
        basis = template.basis.format(rule=figure.rule, row=figure.policy_row, source=figure.source)
        yield f"- {said} ({basis})"
    for question in statement.questions:
        yield f"- {template.questions[question.name].format(office=question.office)} ({question.rule})"
    yield template.closing.format(policy=statement.policy, template=template.version)


def _value(figure: Figure, statement: ImpactStatement, template: Template) -> str:
    if figure.number is not None:
        return _number(figure, statement)
    if figure.day is not None:
        return figure.day.isoformat()
    if figure.instant is not None:
        local = figure.instant.astimezone(ZoneInfo(statement.time_zone))
        return f"{local:%Y-%m-%d %H:%M:%S %Z}"
    return template.words[figure.word]


def _number(figure: Figure, statement: ImpactStatement) -> str:
    units = {Unit.MONEY: f" {statement.currency}", Unit.HOURS: " hours", Unit.PERCENT: " percent"}
    return f"{figure.number}{units.get(figure.unit, '')}"
