"""Every tool that an agent may see, with what it does and why it is trusted; a test holds the list against the tools.

A tool that is not listed is not given to an agent. A propose tool is stopped for approval wherever it stands in an
agent, because the list of what to stop is made from here.
"""

from enum import StrEnum
from typing import NamedTuple

from langchain_core.tools import BaseTool

from tools.catalog import consult_tools, propose_tools, read_tools


class Kind(StrEnum):
    """What a tool may do: look, let a specialist look, or ask for a change that a person must approve."""

    READ = "read"
    CONSULT = "consult"
    PROPOSE = "propose"


class Trust(StrEnum):
    """What may be believed of a tool's answer.

    ``OWN`` is worded by our own code from records; ``QUOTES`` also carries text that anyone may have written, which is
    fenced (R135).
    """

    OWN = "own"
    QUOTES = "quotes"


class ToolSpec(NamedTuple):
    """One tool: its kind, what is believed of it and why, and the specialist that answers behind it."""

    tool: BaseTool
    kind: Kind
    trust: Trust
    because: str
    specialist: str = ""

    @property
    def name(self) -> str:
        """The tool's name."""
        return self.tool.name


R, C, P, O, Q = Kind.READ, Kind.CONSULT, Kind.PROPOSE, Trust.OWN, Trust.QUOTES  # noqa: E741 the columns of a table
TOOLS: tuple[ToolSpec, ...] = (
    ToolSpec(read_tools.find_grades, R, Q, "Titles of courses are typed in the SIS.", "grade_passback"),
    ToolSpec(read_tools.list_at_risk, R, O, "Scores and reasons are worded from templates.", "early_alert"),
    ToolSpec(read_tools.explain_roster_changes, R, O, "Rules and decisions are ours.", "roster_sync"),
    ToolSpec(read_tools.explain_changes, R, O, "Rules and decisions are ours.", "roster_sync"),
    ToolSpec(read_tools.explain_drop, R, O, "The statement is worded from a versioned template.", "drop_withdrawal"),
    ToolSpec(read_tools.list_missing_work, R, Q, "Names of assignments are typed in the LMS."),
    ToolSpec(read_tools.read_outreach, R, Q, "What people said of an alert is free text.", "early_alert"),
    ToolSpec(read_tools.search_policies, R, Q, "Passages may come from course pages.", "knowledge"),
    ToolSpec(read_tools.count_students, R, O, "Numbers with small cells hidden.", "course_insights"),
    ToolSpec(read_tools.list_roster, R, O, "Registrations as the SIS has them."),
    ToolSpec(read_tools.list_waiting_approvals, R, O, "Plans are ours."),
    ToolSpec(read_tools.show_learning_path, R, Q, "Titles of materials are typed in the LMS.", "learning_path"),
    ToolSpec(consult_tools.consult_specialist, C, Q, "A specialist's words may repeat what others wrote."),
    ToolSpec(propose_tools.propose_learning_path, P, O, "Waits for the assigned advisor.", "learning_path"),
    ToolSpec(propose_tools.propose_case, P, O, "Waits for the assigned advisor.", "advising_case"),
)


_BY_NAME = {spec.name: spec for spec in TOOLS}


def spec_named(name: str) -> ToolSpec | None:
    """Return the entry of a tool, or None where it is not listed."""
    return _BY_NAME.get(name)


def looks_of(specialist: str) -> tuple[BaseTool, ...]:
    """Return the looks of one specialist, none where there is no such specialist."""
    return tuple(spec.tool for spec in TOOLS if spec.kind is Kind.READ and spec.specialist == specialist)


def names_of(kind: Kind) -> tuple[str, ...]:
    """Return the names of the tools of one kind."""
    return tuple(spec.name for spec in TOOLS if spec.kind is kind)
