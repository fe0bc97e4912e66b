"""Classifies what the rules left over, over the model door: a label from a closed set, with a confidence (S247, E13).

Whatever goes wrong (no answer, a wrong one, too little confidence, held back at the boundary) is no classification, and
the case becomes a plain ticket. Only a ledger that takes no entry is raised: then nothing may go on.
"""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import structlog
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables.config import var_child_runnable_config
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import LedgerError, ProvostError
from domain.evidence import Evidence
from domain.ports import Classification
from privacy.models.call_record import CallRecord
from privacy.models.coding import strings_of
from privacy.models.composed import Aliases, ComposedText
from privacy.models.crossing import ContentKind, Crossing
from privacy.models.door import ModelDoor
from privacy.models.entrance import Entrance
from privacy.models.messages import texts_of
from privacy.models.provider import Provider
from privacy.vocabulary import ConversationId, Scope

FRAME = "classify_v1"
FAILURES_IN_A_ROW = 3
"""After so many failures in a row nothing more is asked: the provider is down, and the run must not wait for it."""
_FIXED = "person source record shows tools tool choice required"
"""Words of a request that neither its texts nor its schema hold."""
_OPEN, _CLOSE = "--- evidence ---", "--- end of evidence ---"
_log = structlog.get_logger(__name__)


class Sorted(BaseModel):
    """What the model must answer; what it says beyond that is dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    label: str
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[int, ...] = ()


@dataclass
class Classifier:
    """Fits ``domain.ports.ModelPort`` for one run.

    ``open_model`` gives the client when the first leftover needs it, ``words`` are the fixed words of the evidence,
    ``floor`` the least confidence, ``most`` the most calls in the run, ``prompt`` the name of the versioned question.
    """

    open_model: Callable[[], BaseChatModel]
    provider: Provider
    record: CallRecord
    actor: str
    agent: str
    purpose: str
    run: str
    prompt: str
    words: Sequence[str]
    floor: float = 0.7
    most: int = 200
    _asked: int = field(default=0, init=False)
    _failed: int = field(default=0, init=False)

    def classify(self, question: str, labels: Sequence[str], evidence: Sequence[Evidence]) -> Classification | None:
        """Return the label the model chose with confidence, or None; raises LedgerError only."""
        if self._asked >= self.most or self._failed >= FAILURES_IN_A_ROW:
            return None
        self._asked += 1
        try:
            answer = self._ask(question, labels, evidence)
        except LedgerError:
            raise
        except ProvostError as failure:
            self._failed += 1
            _log.warning("a leftover was not classified", code=failure.code, failures_in_a_row=self._failed)
            return None
        self._failed = 0
        return self._weigh(answer, labels, evidence)

    def _ask(self, question: str, labels: Sequence[str], evidence: Sequence[Evidence]) -> object:
        aliases, tool = Aliases(), _tool(labels)
        messages = _messages(question, [aliases.replace(line) for line in _lines(evidence)])
        fixed = [*texts_of(_messages(question, [])), *strings_of(tool), *self.words, _FIXED]
        composed = ComposedText(fixed)
        entrance = Entrance(self.provider, composed, composed, self.record)
        door = ModelDoor(inner=self.open_model(), entrance=entrance, crossing=self._crossing(aliases))
        return _apart(door.with_structured_output(tool).invoke, messages)

    def _crossing(self, aliases: Aliases) -> Crossing:
        return Crossing(
            conversation=ConversationId(f"cnv_{secrets.token_hex(12)}"),
            scope=Scope(spoken_of=aliases.people),
            actor=self.actor,
            agent=self.agent,
            purpose=self.purpose,
            run=self.run,
            prompt=f"{FRAME} {self.prompt}",
            content=frozenset({ContentKind.COMPOSED}),
        )

    def _weigh(self, answer: object, labels: Sequence[str], evidence: Sequence[Evidence]) -> Classification | None:
        """Return an answer that is one of the labels, sure enough, and worded by us."""
        try:
            found = Sorted.model_validate(answer)
        except ValidationError:
            return None
        if found.label not in labels or found.confidence < self.floor:
            return None
        return Classification(label=found.label, confidence=found.confidence, basis=_basis(found, evidence))


def _apart(ask: Callable[[list[BaseMessage]], object], messages: list[BaseMessage]) -> object:
    """Ask without the labels and callbacks of the graph that is running: they are not part of what was composed."""
    context = copy_context()
    context.run(var_child_runnable_config.set, None)
    return context.run(ask, messages)


def _basis(found: Sorted, evidence: Sequence[Evidence]) -> str:
    """Word what a label rests on from our own evidence; a model's words never reach a ticket."""
    cited = [evidence[number - 1].source for number in found.evidence if 0 < number <= len(evidence)]
    named = " and ".join(dict.fromkeys(cited))
    return f"from what {named} showed" if named else "naming no evidence"


def _messages(question: str, lines: Sequence[str]) -> list[BaseMessage]:
    frame = files("privacy.models").joinpath("prompts", f"{FRAME}.md").read_text(encoding="utf-8")
    return [SystemMessage(f"{frame}\n{question}"), HumanMessage("\n".join([_OPEN, *lines, _CLOSE]))]


def _lines(evidence: Sequence[Evidence]) -> list[str]:
    """Return the evidence as numbered JSON, one piece a line, so that no text in it can end its line."""
    return [
        f"{number}. {json.dumps({'source': each.source, 'record': each.record, 'shows': each.shows})}"
        for number, each in enumerate(evidence, start=1)
    ]


def _tool(labels: Sequence[str]) -> dict[str, Any]:
    properties: Mapping[str, Any] = {
        "label": {"type": "string", "enum": list(labels)},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "evidence": {"type": "array", "items": {"type": "integer"}},
    }
    required = ["label", "confidence", "evidence"]
    return {
        "type": "function",
        "function": {
            "name": "classify",
            "description": "Give the label that fits best.",
            "parameters": {"type": "object", "properties": properties, "required": required},
        },
    }
