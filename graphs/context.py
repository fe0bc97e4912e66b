"""Who acts in a run and what its nodes may call; travels in LangGraph's ``context`` and is never persisted.

``configurable`` would be copied into checkpoint metadata in clear, so identity does not go there.
"""

from dataclasses import dataclass

from domain.ids import RunId
from domain.principals import Principal
from graphs.governing import Governor
from graphs.specialists import RosterSpecialist


@dataclass(frozen=True)
class Acting:
    """One run's actor and its port to governance."""

    run: RunId
    principal: Principal
    governor: Governor


@dataclass(frozen=True)
class RosterActing(Acting):
    """The same, with the specialist that a roster run asks."""

    roster: RosterSpecialist
