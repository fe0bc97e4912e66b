"""What the environment must not say: a variable can send every prompt and every state to somebody else.

LangChain's tracing copies prompts, tool arguments and graph state to LangSmith, its gateway reroutes model calls, and
``OPENAI_LOG`` writes requests to the log, each without a line in our settings.
"""

from collections.abc import Mapping

from domain.errors import ConfigurationError

REFUSED = (
    "LANGSMITH_TRACING",
    "LANGSMITH_TRACING_V2",
    "LANGCHAIN_TRACING",
    "LANGCHAIN_TRACING_V2",
    "LANGCHAIN_HANDLER",
    "LANGSMITH_GATEWAY",
    "LANGSMITH_RUNS_ENDPOINTS",
    "LANGSMITH_OTEL_ENABLED",
    "LANGSMITH_OTEL_ONLY",
    "OPENAI_PROXY",
    "OPENAI_LOG",
)
_OFF = frozenset({"", "0", "false", "no", "off"})


def refuse_tracing(environment: Mapping[str, str], *, allowed: bool = False) -> None:
    """Raise ConfigurationError naming the variables that would copy or reroute what models are asked."""
    found = tracing_variables(environment)
    if found and not allowed:
        raise ConfigurationError(
            f"The environment would send prompts or graph state elsewhere: {', '.join(found)}.",
            field="model.tracing_allowed",
            fix="Unset them, or set model.tracing_allowed where the receiver may hold coded records of students.",
        )


def tracing_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the refused variables that are switched on."""
    return tuple(name for name in REFUSED if environment.get(name, "").strip().lower() not in _OFF)
