"""For whom and what a text crosses to a model: without it nothing does.

A graph carries it in LangGraph's ``context=``, as an attribute or key named ``crossing``; other callers bind it with
``door.within(crossing)``. It is never a global and never lies in ``configurable``, which checkpoints keep in clear.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.errors import AccessDenied
from domain.records import Record
from privacy.vocabulary import ConversationId, Scope


class ContentKind(StrEnum):
    """What sort of text a request holds, by what could still identify someone in it (R22, R28)."""

    COMPOSED = "composed"
    """Worded by our own code and files out of codes, dates and fixed words."""
    RESIDUAL = "residual"
    """Somebody was found and replaced in it, so that somebody else may have been missed."""
    FREE_TEXT = "free_text"
    """A person wrote it; it may speak of people no directory knows."""
    UNSEARCHABLE = "unsearchable"
    """Images, sound and files, in which nobody can look for names."""
    SENSITIVE = "sensitive"
    """Counselling, disability, conduct, immigration or citizenship (R28)."""
    UNKNOWN = "unknown"


class Crossing(Record):
    """One task's right to ask a model.

    ``actor`` is the principal's id and ``agent`` the specialist at work, ``purpose`` and ``run`` go on record with the
    call (S224), ``prompt`` names the versioned prompt file, ``content`` what the caller vouches the texts to be:
    free text unless something stricter is said.
    """

    conversation: ConversationId
    scope: Scope
    actor: str
    purpose: str
    agent: str = ""
    run: str = ""
    prompt: str = ""
    content: frozenset[ContentKind] = frozenset({ContentKind.FREE_TEXT})


def find_crossing(bound: Crossing | None) -> Crossing:
    """Return the crossing that is bound, or that the running graph's context carries.

    Raises AccessDenied where there is none, or it names no conversation.
    """
    crossing = bound if bound is not None else _from_graph()
    if crossing is None or not crossing.conversation or not crossing.purpose:
        raise AccessDenied(
            "A request to a model names no conversation, scope and purpose, so it was not made.",
            field="crossing",
            fix="Give the graph a context with a crossing, or bind one with within().",
        )
    return crossing


def _from_graph() -> Crossing | None:
    from langgraph.runtime import get_runtime

    try:
        runtime = get_runtime()
    except (RuntimeError, KeyError):
        return None
    context: object = getattr(runtime, "context", None)
    found = context.get("crossing") if isinstance(context, Mapping) else getattr(context, "crossing", None)
    return found if isinstance(found, Crossing) else None
