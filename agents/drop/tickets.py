"""Tickets to the offices: one per open question, and one per notice that an office must hear of (R50, R104, R112)."""

from typing import NamedTuple

from agents.drop.following import Following, common_to, marker_of, read_words
from agents.drop.names import FigureName, NoticeName
from agents.drop.statement import ImpactStatement, Notice, OpenQuestion
from agents.drop.wording import read_sentences, word_figure
from domain.changes import CreateTicket
from domain.ids import RuleId

TOLD = frozenset(
    {
        NoticeName.TERM_WITHDRAWAL,
        NoticeName.DEADLINE_PASSED,
        NoticeName.CONDUCT_BARS,
        NoticeName.CONDUCT_PENDING,
        NoticeName.OFFICE_FIRST,
        NoticeName.AID_OFFICE_DECIDES,
        NoticeName.NEVER_ATTENDED,
    }
)
"""Notices whose office hears of a registered drop by ticket, as it does of every open question."""
FOR_AID = frozenset(
    {
        FigureName.NOTIFIED_ON,
        FigureName.LAST_ENGAGEMENT,
        FigureName.DAYS_IN_ALL,
        FigureName.DAYS_THROUGH_ENGAGEMENT,
        FigureName.SHARE_THROUGH_ENGAGEMENT,
        FigureName.DAYS_THROUGH_NOTICE,
        FigureName.SHARE_THROUGH_NOTICE,
        FigureName.EARNED_AFTER,
        FigureName.MIDPOINT,
        FigureName.DETERMINE_BY,
        FigureName.RETURN_BY,
    }
)
"""Dates that the aid office asks for; the system supplies them and decides nothing (R104 to R107)."""
WITHHELD = frozenset({NoticeName.CONDUCT_BARS, NoticeName.CONDUCT_PENDING})
"""What a ticket does not repeat: a ticket is open to whoever works at the desk (R28, R115)."""


class _Draft(NamedTuple):
    """A ticket before it is marked: what tells it from the others of a drop, its rule, office, title and text."""

    what: str
    rule: RuleId
    office: str
    title: str
    body: str


def plan_tickets(case: Following) -> tuple[CreateTicket, ...]:
    """Return one ticket per open question and per notice that an office must hear of."""
    told = [line for line in case.statement.notices if line.name in TOLD and line.office]
    asked = [_of_question(case, line) for line in case.statement.questions]
    return tuple(_ticket(case, draft) for draft in (*asked, *(_of_notice(case, line) for line in told)))


def plan_request(case: Following) -> tuple[CreateTicket, ...]:
    """Return the one ticket that a student who asks may want, to the office that comes next (R113)."""
    statement = case.statement
    said = [read_sentences(statement.template).standing[statement.standing].format(office=statement.send_to)]
    said += [_told(case, line) for line in statement.notices]
    said += [_said(statement, line) for line in statement.questions]
    body = read_words().ticket["asked"].format(said="\n".join(said), figures="", **case.place)
    office = statement.send_to or case.office
    return (_ticket(case, _Draft("request", RuleId("R113"), office, "A student asks to drop", body)),)


def _of_question(case: Following, line: OpenQuestion) -> _Draft:
    body = _body(case, _said(case.statement, line))
    return _Draft(line.name.value, line.rule, line.office, f"Not known: {_words(line.name.value)}", body)


def _of_notice(case: Following, line: Notice) -> _Draft:
    wanted = FOR_AID if line.name is NoticeName.AID_OFFICE_DECIDES else frozenset[FigureName]()
    figures = (word_figure(figure, case.statement) for figure in case.statement.figures if figure.name in wanted)
    title = "Statement to read" if line.name in WITHHELD else _words(line.name.value).capitalize()
    body = _body(case, _told(case, line), "\n".join(figures))
    return _Draft(" ".join((line.name.value, *line.details)), line.rule, line.office, title, body)


def _ticket(case: Following, draft: _Draft) -> CreateTicket:
    marker, drop = marker_of(case.reference, draft.what), case.seat.drop
    return CreateTicket.model_validate(
        {
            **common_to(case.seat, marker),
            "rule": draft.rule,
            "marker": marker,
            "title": read_words().ticket["title"].format(what=draft.title, **case.place),
            "body": "\n".join(line for line in draft.body.splitlines() if line),
            "queue": draft.office,
            "person": drop.person,
            "section": drop.section,
        }
    )


def _body(case: Following, said: str, figures: str = "") -> str:
    return read_words().ticket["body"].format(said=said, figures=figures, **case.place)


def _told(case: Following, line: Notice) -> str:
    """Word a notice as far as a ticket may; the office finds the rest in the statement."""
    withheld = read_words().ticket["withheld"].format(rule=line.rule)
    return withheld if line.name in WITHHELD else _said(case.statement, line)


def _said(statement: ImpactStatement, line: Notice | OpenQuestion) -> str:
    template = read_sentences(statement.template)
    if isinstance(line, Notice):
        return template.notices[line.name].format(office=line.office, details=", ".join(line.details))
    return template.questions[line.name].format(office=line.office)


def _words(name: str) -> str:
    return name.replace("_", " ")
