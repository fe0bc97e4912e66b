"""A model in provost.toml classifies what the rules leave over, and no byte it is sent names anyone (S229, S247)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.changes import CreateTicket
from domain.errors import ConfigurationError
from evals.campus import Trial
from graphs.settings import load_settings
from simulator.banner.tables import STATUS_CODES, StatusCode
from tests.privacy.models.provider_server import ProviderServer, Say, provider_server
from tests.workflows.conftest import Start

PUZZLES, LEFT = 16, 4
FITS = {"label": "data_entry", "confidence": 0.9, "evidence": [1, 2]}


@pytest.fixture
def provider() -> Iterator[ProviderServer]:
    with provider_server(Say(calls=(("classify", FITS),))) as server:
        yield server


@pytest.fixture(autouse=True)
def _odd_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """A status code whose flags contradict each other, so that no rule can say what it means."""
    monkeypatch.setitem(STATUS_CODES, "ZZ", StatusCode("ZZ", "Odd", True, "dropped"))


def puzzle(trial: Trial, model: str = "") -> None:
    """Give a few registrations the odd code and set a model in the settings file."""
    term = [row for row in trial.campus.banner.registrations.values() if row.section.key.term == trial.term]
    for row in [row for row in term if row.code == "RE"][:PUZZLES]:
        row.code = "ZZ"
    trial.settings_file.write_text(trial.settings_file.read_text(encoding="utf-8") + model, encoding="utf-8")
    trial.restart()


def tickets(trial: Trial) -> list[CreateTicket]:
    """The tickets of the last run, each once, whichever part of the split plan holds it."""
    run = trial.provost.runs.latest("reconcile", limit=1)[0].id
    changes = [change for plan in trial.provost.plans.for_run(run) for change in plan.changes]
    return list({change.natural_key: change for change in changes if isinstance(change, CreateTicket)}.values())


def personal(trial: Trial) -> Iterator[str]:
    for one in trial.campus.banner.persons.values():
        yield from (one.banner_id, one.email, one.login, one.first, one.last, one.preferred, one.phone)
    for user in trial.campus.canvas.users.values():
        yield from (user.name, user.sortable_name, user.short_name)


def test_a_model_in_the_settings_words_leftovers_and_learns_nobody(start: Start, provider: ProviderServer) -> None:
    trial = start()
    puzzle(trial, f'\n[model]\nbase_url = "{provider.url}"\nmodel = "test-model"\napi_key = "key"\n')
    report = trial.reconcile()
    noted = [ticket for ticket in tickets(trial) if "A model suggests data entry" in ticket.body]
    assert len(noted) >= LEFT
    assert "(90%, from what banner and canvas showed); nothing was decided." in noted[0].body
    assert len(provider.heard) == len(noted)
    assert report.outcomes.verified == report.outcomes.applied

    said = provider.everything
    evidence = " ".join(body["messages"][1]["content"] for body in provider.bodies)
    named = {name for name in personal(trial) if name}
    assert len(named) > 300
    assert sorted(named & set(re.findall(r"[\w.@+'-]+", evidence))) == []
    assert (
        sorted(name for name in named if (" " in name or "@" in name or any(map(str.isdigit, name))) and name in said)
        == []
    )
    assert "per_" not in said

    ledger = trial.provost.ledger
    entries = "".join(ledger.export(run=report.run_id))
    assert entries.count('"model_call"') == entries.count('"model_result"') == len(noted)
    assert "data_entry" not in entries
    assert ledger.verify().ok


def test_without_a_model_the_same_leftovers_are_plain_tickets(start: Start, provider: ProviderServer) -> None:
    trial = start()
    puzzle(trial)
    trial.reconcile()
    plain = [ticket for ticket in tickets(trial) if "No rule settles this enrolment" in ticket.body]
    assert len(plain) >= LEFT
    assert not any("A model" in ticket.body for ticket in plain)
    assert provider.heard == []


@pytest.mark.slow
def test_a_provider_that_fails_leaves_the_run_as_it_is(start: Start, provider: ProviderServer) -> None:
    provider.script = [Say(status=500, body="down")]
    trial = start()
    puzzle(trial, f'\n[model]\nbase_url = "{provider.url}"\nmodel = "test-model"\nmax_retries = 0\n')
    report = trial.reconcile()
    assert report.outcomes.verified == report.outcomes.applied > 0
    assert len(provider.heard) == 3
    assert not any("A model" in ticket.body for ticket in tickets(trial))


def test_an_environment_that_copies_prompts_elsewhere_keeps_an_installation_shut(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trial = start()
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    with pytest.raises(ConfigurationError, match="LANGSMITH_TRACING"):
        trial.restart()
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    assert load_settings(file=trial.settings_file).model.tracing_allowed is False
    trial.restart()
