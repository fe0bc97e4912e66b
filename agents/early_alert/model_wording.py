"""Asks a model for the opening and the closing of a draft, through the privacy door; any failure means the template.

The model is told kinds of work in fixed words: no name, no title, no date. What it answers is checked before use.
"""

import secrets
from importlib.resources import files
from typing import TYPE_CHECKING

import structlog

from domain.errors import ProvostError
from domain.ids import PrincipalId, RunId

if TYPE_CHECKING:
    from privacy.models.door import ModelDoor

PROMPT = "outreach_v1"
AGENT = "early_alert"
_log = structlog.get_logger(__name__)


def word_by_model(door: "ModelDoor", actor: PrincipalId, run: RunId, facts: str) -> tuple[str, str] | None:
    """Return an opening and a closing, or None where the model may not be asked, fails, or answers otherwise."""
    from langchain_core.messages import HumanMessage, SystemMessage

    from privacy.models.crossing import ContentKind, Crossing
    from privacy.vocabulary import ConversationId, Scope

    crossing = Crossing(
        conversation=ConversationId(f"cnv_{secrets.token_hex(12)}"),
        scope=Scope(),
        actor=actor,
        agent=AGENT,
        purpose="draft of a message to a student",
        run=run,
        prompt=PROMPT,
        content=frozenset({ContentKind.COMPOSED}),
    )
    told = [SystemMessage(read_prompt()), HumanMessage(f"BEGIN FACTS\n{facts}\nEND FACTS")]
    try:
        answer = door.within(crossing).invoke(told)
    except ProvostError as failure:
        _log.warning("a model did not word a draft", code=failure.code, run=run)
        return None
    lines = [line.strip() for line in str(answer.content).splitlines() if line.strip()]
    return (lines[0], lines[1]) if len(lines) == 2 else None  # noqa: PLR2004 the prompt asks for two lines


def read_prompt(name: str = PROMPT) -> str:
    """Return a prompt file of this package."""
    return files("agents.early_alert").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")
