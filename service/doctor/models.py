"""The model: whether one is configured, on which terms, whether it answers; nothing is asked of it."""

import os
from collections.abc import Iterator

from graphs.models import model_tls, provider_of
from graphs.settings import Settings
from privacy.models.environment import tracing_variables
from privacy.models.reach import check_provider
from service.doctor.check import Check, broken, from_finding, note, ok


def look_at_model(settings: Settings) -> Iterator[Check]:
    """Say what may go to which provider, and whether the environment would copy it elsewhere (R22)."""
    yield from _look_at_environment(settings)
    provider = provider_of(settings)
    if provider is None:
        yield ok("model", "None is configured: leftovers become plain tickets, and answers are offline ones.")
        return
    yield from (from_finding(finding) for finding in check_provider(provider, model_tls(settings)))


def _look_at_environment(settings: Settings) -> Iterator[Check]:
    named = ", ".join(tracing_variables(os.environ))
    if named and settings.model.tracing_allowed:
        yield note("model tracing", f"Coded prompts and graph state go elsewhere, as allowed: {named}.")
    elif named:
        fix = "Unset them, or set model.tracing_allowed."
        yield broken("model tracing", f"The environment would copy prompts and graph state elsewhere: {named}.", fix)
