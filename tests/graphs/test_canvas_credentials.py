"""Which credential of Canvas is used: a token made by hand or a grant that renews itself, never both (S222, S223)."""

import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from evals.campus import Trial, install
from graphs.connections import canvas_auth, open_canvas
from graphs.setting_groups import CanvasSettings
from graphs.settings import Settings
from simulator.campus import Campus
from tools.wire import CanvasOAuth, StaticBearer

URL = "https://canvas.example"
KEY = {"client_id": "10000000000001", "client_secret": "s"}


def settings(**canvas: str) -> Settings:
    return Settings(canvas=CanvasSettings.model_validate({"url": URL, **canvas}))


def test_each_use_has_its_own_credential() -> None:
    mixed = settings(read_token="r", write_refresh_token="w", **KEY)
    assert isinstance(canvas_auth(mixed, "read"), StaticBearer)
    assert isinstance(canvas_auth(mixed, "write"), CanvasOAuth)
    assert canvas_auth(mixed, "read").lane != canvas_auth(mixed, "write").lane
    assert (mixed.canvas.may("read"), settings(read_refresh_token="r").canvas.may("write")) == (True, False)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "canvas.read_token"),
        ({"read_token": "r", "read_refresh_token": "r", **KEY}, "canvas.read_token"),
        ({"read_refresh_token": "r"}, "canvas.client_id"),
        ({"read_refresh_token": "r", "client_id": "1"}, "canvas.client_secret"),
    ],
)
def test_what_is_missing_or_doubled_is_named(given: dict[str, str], field: str) -> None:
    with pytest.raises(ConfigurationError) as wrong:
        canvas_auth(settings(**given), "read")
    assert wrong.value.field == field
    assert wrong.value.fix


def test_a_term_is_reconciled_with_grants_that_renew_themselves(tmp_path: Path) -> None:
    with Campus.build(students=40, seed=5) as campus, install(campus, tmp_path / "home") as trial:
        tokens = campus.canvas_face.tokens
        written = trial.settings_file.read_text(encoding="utf-8")
        for use in ("read", "write"):
            grant = tokens.issue_refresh(use)
            written = re.sub(rf"{use}_token = .*", f'{use}_refresh_token = "{grant}"', written)
        key = f'[canvas]\nclient_id = "{tokens.client_id}"\nclient_secret = "{tokens.client_secret}"'
        trial.settings_file.write_text(written.replace("[canvas]", key), encoding="utf-8")
        trial.restart()
        report = trial.reconcile()
        assert trial.provost.may_write()
        assert_read_back(trial, report.outcomes.verified)
        with ExitStack() as closing:
            client = open_canvas(trial.provost.settings, "read", closing)
            assert client.get("/api/v1/accounts/1").status == 200


def assert_read_back(trial: Trial, verified: int) -> None:
    assert verified > 0
    assert trial.provost.ledger.verify().ok
