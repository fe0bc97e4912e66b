"""The advisor's prompt, its words for a crisis and its offline intents, each a versioned file."""

from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privacy.models.offline.intents import Intents

PROMPT = "advisor_v1"
SPECIALIST = "specialist_v1"
"""What every specialist that is consulted is told; ``specialist_NAME_v1`` says the rest."""
CRISIS = "crisis_v1"
"""What is said, word for word and by no model, where a question speaks of distress (R131)."""
INTENTS = "intents_v2"


@cache
def read_prompt(name: str = PROMPT) -> str:
    """Return the prompt of a version."""
    return files("agents.advisor").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")


@cache
def read_specialist(specialist: str) -> str:
    """Return the prompt of a specialist: what all are told, and what is this one's own."""
    return f"{read_prompt(SPECIALIST)}\n{read_prompt(name_specialist(specialist))}"


def name_specialist(specialist: str) -> str:
    """Return the name and version of a specialist's own prompt."""
    common, _, version = SPECIALIST.partition("_")
    return f"{common}_{specialist}_{version}"


@cache
def read_intents(name: str = INTENTS) -> "Intents":
    """Return what the offline model recognises, of a version; ConfigurationError names the first fault."""
    from privacy.models.offline.intents import load_intents

    with as_file(files("agents.advisor").joinpath("offline", f"{name}.yaml")) as file:
        return load_intents(file)
