"""What follows a registered drop: the case on the student's file, tickets to offices, messages (S118, S119)."""

from agents.drop.following import Following, common_to, marker_of, read_words
from agents.drop.messages import plan_messages
from agents.drop.names import FigureName
from agents.drop.tickets import plan_tickets
from agents.drop.wording import word_figure
from domain.changes import Change, OpenCase
from domain.records import RegistrationStatus

ON_FILE = (FigureName.TRANSCRIPT, FigureName.LOAD_AFTER, FigureName.LAST_ENGAGEMENT, FigureName.REINSTATE_UNTIL)
"""Figures an advisor reads in the case itself; the rest is behind the door of ``provost drop show``."""


def plan_notices(case: Following) -> tuple[Change, ...]:
    """Return the case, the tickets and the messages that follow a registered drop, in that order."""
    return (plan_case(case), *plan_tickets(case), *plan_messages(case))


def plan_case(case: Following) -> OpenCase:
    """Return the entry on the student's file, due on the last day on which the drop can be undone (S119, S204)."""
    marker, drop = marker_of(case.reference, "trail"), case.seat.drop
    figures = (case.statement.figure(name) for name in ON_FILE)
    reasons = tuple(word_figure(figure, case.statement) for figure in figures if figure is not None)
    return OpenCase.model_validate(
        {
            **common_to(case.seat, marker),
            "rule": "S119",
            "marker": marker,
            "person": drop.person,
            "section": drop.section,
            "tag": "withdrawal" if drop.status is RegistrationStatus.WITHDRAWN else "drop",
            "reasons": reasons or ("No figure could be given; the tickets say what is missing.",),
            "outreach": read_words().case["outreach"].format(**case.place),
            "due_on": case.due_on,
            "assignee": case.seat.advisors[0] if case.seat.advisors else None,
        }
    )
