"""Scores the offline model of the chat on phrasings it was not made from: the right tool, with the right arguments."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from langchain_core.messages import AIMessage, HumanMessage
from pydantic import Field

from agents.advisor.prompt import read_intents
from domain.records import Record
from evals.suites import EvalReport, shortfalls, thresholds_of
from privacy.models.offline.model import OfflineModel
from tools.catalog.registry import TOOLS

PHRASINGS = Path(__file__).with_name("phrasings_v2.yaml")
STUDENT = "[STUDENT_7QF4TK23]"
NONE = "none"
THRESHOLDS = thresholds_of("chat")


class Phrasing(Record):
    """One question, the tool that should be asked, and what must be among its arguments."""

    ask: str
    tool: str
    args: dict[str, str] = Field(default_factory=dict)


class Understood(NamedTuple):
    """What became of one phrasing: the tool that was asked, ``none`` for none, and with what."""

    phrasing: Phrasing
    tool: str
    args: dict[str, Any]

    @property
    def right_tool(self) -> bool:
        """Whether the right tool was asked; a question about a missing name counts as none."""
        return self.tool == self.phrasing.tool

    @property
    def right_call(self) -> bool:
        """Whether it was asked with all that the question named, too."""
        wanted = self.phrasing.args.items()
        return self.right_tool and all(str(self.args.get(name, "")).lower() == value.lower() for name, value in wanted)


def read_phrasings(file: Path = PHRASINGS) -> tuple[Phrasing, ...]:
    """Return the phrasings, with the code of a student where one is meant."""
    content = yaml.safe_load(file.read_text(encoding="utf-8").replace("{student}", STUDENT))
    return tuple(Phrasing.model_validate(each) for each in content["phrasings"])


def understand(phrasings: Sequence[Phrasing]) -> Iterator[Understood]:
    """Ask each alone, as the first question of a conversation."""
    model = OfflineModel(intents=read_intents()).bind_tools([spec.tool for spec in TOOLS])
    for phrasing in phrasings:
        answer = model.invoke([HumanMessage(phrasing.ask)])
        assert isinstance(answer, AIMessage)
        call = answer.tool_calls[0] if answer.tool_calls else None
        yield Understood(phrasing, call["name"] if call else NONE, call["args"] if call else {})


def run() -> EvalReport:
    """Score all phrasings; ``wrong`` names those that were taken otherwise."""
    found = list(understand(read_phrasings()))
    metrics = {
        "right_tool": round(sum(one.right_tool for one in found) / len(found), 4),
        "right_call": round(sum(one.right_call for one in found) / len(found), 4),
    }
    return EvalReport(
        suite="chat",
        n=len(found),
        metrics=metrics,
        thresholds=THRESHOLDS,
        passed=not shortfalls(metrics, THRESHOLDS),
        model=read_intents().version,
        seed=0,
        wrong={one.phrasing.ask: [one.tool, *map(str, one.args.values())] for one in found if not one.right_call},
    )
