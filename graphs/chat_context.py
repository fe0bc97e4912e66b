"""What one turn of the chat carries in LangGraph's ``context``: who asks, their right to ask a model, and the edge.

It is never persisted, and nothing in it can be named by a model (S260, LANGGRAPH.md 1.2).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agents.advisor.edge import AnswerEdge
from domain.principals import Principal
from privacy.models.crossing import Crossing
from tools.catalog.reading import Source


@dataclass
class Spent:
    """How often a turn has asked the model, and for how many tools the model has asked."""

    model_calls: int = 0
    tool_calls: int = 0


@dataclass(frozen=True)
class ChatContext:
    """One turn; fits ``tools.catalog.desk.Bound`` and carries the crossing that the model door asks for.

    ``asked`` is the caller's own message in codes; ``quoted_before`` says that the model is shown an earlier answer
    for which text that others wrote was read.
    """

    caller: Principal
    crossing: Crossing
    edge: AnswerEdge
    specialists: "Consult"
    spent: Spent = field(default_factory=Spent)
    asked: str = ""
    quoted_before: bool = False

    @property
    def sources(self) -> list[Source]:
        """What the answer rests on so far."""
        return self.edge.sources

    def answer(self, tool: str, arguments: Mapping[str, str]) -> str:
        """Take a look at the desk for the caller and return the answer in codes."""
        return self.edge.answer(tool, arguments)

    def consult(self, specialist: str, question: str) -> str:
        """Let a specialist answer a question for the same caller, within what the turn may still spend."""
        return self.specialists(self, specialist, question)


Consult = Callable[[ChatContext, str, str], str]
"""Asks a specialist within a turn and returns its words in codes."""
