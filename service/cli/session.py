"""What every command needs: the installation put together from the settings, and the caller's proven identity."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import ApproverNotAllowed, ConfigurationError
from domain.ids import RecordHandle, TermCode
from domain.principals import Principal

if TYPE_CHECKING:
    from graphs.assembly import Provost


@contextmanager
def open_provost() -> Iterator["Provost"]:
    """Open the installation that the settings describe, logs configured, and close it afterwards."""
    from graphs.assembly import assemble
    from graphs.settings import load_settings
    from service.logs import configure_logs

    settings = load_settings()
    configure_logs(settings.log_format, settings.log_level)
    with assemble(settings) as provost:
        yield provost


@contextmanager
def open_to_act() -> Iterator["Provost"]:
    """Open the installation for a command that leaves ledger entries, and seal them with a checkpoint at its end."""
    with open_provost() as provost:
        try:
            yield provost
        finally:
            provost.ledger.checkpoint()


def running_term(provost: "Provost") -> TermCode:
    """Return the term that classes are taught in today, the one begun last; ConfigurationError where there is none."""
    from domain.calendar import first_day, grades_close_on, local_day

    today = local_day(provost.clock.now(), provost.institution.zone)
    running = [one for one in provost.institution.calendars if first_day(one) <= today <= grades_close_on(one)]
    if not running:
        raise ConfigurationError("No term is running today.", field="term", fix="Name one with --term.")
    return max(running, key=first_day).term


def principal_named(provost: "Provost", name: str) -> Principal:
    """Return the principal of that id; ConfigurationError where there is none."""
    found = next((one for one in provost.principals.list_all() if one.id == name), None)
    if found is None:
        fix = "List the principals with provost principal list."
        raise ConfigurationError(f"There is no principal {name}.", field="principal", fix=fix)
    return found


def handle_of(provost: "Provost", person: str) -> RecordHandle:
    """Return the record handle of a person named by SIS id or by handle; ConfigurationError where nobody has it.

    Nothing is made for an id that was mistyped.
    """
    found = provost.identities.find(person)
    if found is None:
        fix = "Check the id; a person whom no run has read yet has no handle."
        raise ConfigurationError("Nobody here has this id or handle.", field="person", fix=fix)
    return found


def caller(provost: "Provost", token_file: Path | None) -> Principal:
    """Return who is calling, from a signed token in a file or in PROVOST_TOKEN; nobody is taken at their word.

    The command line sits on the machine itself, so identities of a demonstration count.

    Raises ApproverNotAllowed where there is no token or it does not verify.
    """
    token = token_file.read_text(encoding="utf-8").strip() if token_file else os.environ.get("PROVOST_TOKEN", "")
    if not token:
        raise ApproverNotAllowed(
            "This command needs to know who you are.",
            field="token",
            fix="Give --token-file FILE or set PROVOST_TOKEN; `provost principal add` makes a token.",
        )
    return provost.principals.verify(token, loopback=True)
