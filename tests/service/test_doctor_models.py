"""The doctor says which model may be asked, on which terms, and whether the environment copies what it is asked."""

from pathlib import Path
from typing import Any

import pytest

from graphs.setting_groups import ModelSettings
from graphs.settings import Settings
from service.doctor import Mark
from service.doctor.models import look_at_model
from tests.privacy.models.provider_server import Say, provider_server


def settings(tmp_path: Path, **model: Any) -> Settings:
    return Settings(home=tmp_path, model=ModelSettings(**model))


def test_no_model_is_in_order(tmp_path: Path) -> None:
    (check,) = look_at_model(settings(tmp_path))
    assert (check.mark, "answers are offline" in check.seen) == (Mark.OK, True)


def test_r22_a_model_is_shown_with_its_terms(tmp_path: Path) -> None:
    with provider_server() as server:
        terms, seen = look_at_model(settings(tmp_path, base_url=server.url, model="test-model", provider="campus"))
    assert terms.seen == "campus is outside and may get coded content of the sort: composed."
    assert (seen.part, seen.mark) == ("model", Mark.OK)


def test_a_rejected_key_is_to_be_fixed_and_not_shown(tmp_path: Path) -> None:
    with provider_server(Say(status=401, body="sk-secret is wrong")) as server:
        checks = list(look_at_model(settings(tmp_path, base_url=server.url, model="x", api_key="sk-secret")))
    assert checks[-1].mark is Mark.FIX
    assert "PV701" in checks[-1].seen
    assert not any("sk-secret" in f"{check}" for check in checks)


def test_tracing_is_to_be_fixed_unless_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    assert next(iter(look_at_model(settings(tmp_path)))).mark is Mark.FIX
    assert next(iter(look_at_model(settings(tmp_path, tracing_allowed=True)))).mark is Mark.NOTE
