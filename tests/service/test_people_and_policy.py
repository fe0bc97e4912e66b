"""Who may act, and what the policy file says: the commands that need no other system."""

import json
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.service.conftest import Installation, Outcome

pytestmark = pytest.mark.xdist_group("service people")
NOWHERE = "https://127.0.0.1:1"
CALENDAR = {"timeZone": "America/New_York", "terms": []}


NO_CAMPUS = SimpleNamespace(
    world=SimpleNamespace(term="202680"),
    handle={
        "as_of": "2026-09-21T09:00:00-04:00",
        "calendar": CALENDAR,
        "ethos": {"url": NOWHERE, "read_key": "key"},
        "canvas": {"url": NOWHERE, "account_id": 1, "read_token": "r", "write_token": "w"},
        "ca_file": "/nonexistent/ca.pem",
    },
)
"""A campus that is not there; these commands never ask for it."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, shipped_policy: str) -> Installation:
    return Installation(NO_CAMPUS, tmp_path_factory.mktemp("installation"), shipped_policy)  # type: ignore[arg-type]


def test_a_token_is_written_for_its_owner_only_and_ends_when_revoked(installation: Installation) -> None:
    token = installation.person("pat", "registrar")
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    export = ("ledger", "export", "--run", "run_1", "--token-file", token)
    assert installation.run(*export).code == 0
    listed = installation.run("principal", "list")
    assert "pat  person  registrar" in listed.out
    assert installation.run("principal", "revoke", "pat").code == 0
    refused = installation.run(*export)
    assert (refused.code, "PV701" in refused.err) == (1, True)
    assert "pat" not in installation.run("principal", "list").out


def test_adding_again_renews_the_token_and_ends_the_old_one(installation: Installation) -> None:
    old = installation.person("kim", "registrar").read_text()
    new = installation.run("principal", "add", "kim", "--role", "registrar").out.strip()
    export = ("ledger", "export", "--run", "run_1")
    assert installation.run(*export, PROVOST_TOKEN=old).code == 1
    assert installation.run(*export, PROVOST_TOKEN=new).code == 0
    assert installation.run(*export, PROVOST_TOKEN=f"{new[:-4]}AAAA").code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("principal", "revoke", "nobody"), "There is no principal nobody"),
        (("principal", "add", "bot", "--kind", "agent", "--role", "registrar"), "cannot have registrar"),
        (("approvals", "approve", "apr_none"), "needs to know who you are"),
    ],
)
def test_a_refusal_is_one_sentence_with_a_next_step(
    installation: Installation, arguments: tuple[str, ...], words: str
) -> None:
    outcome = installation.run(*arguments)
    assert (outcome.code, outcome.out) == (1, "")
    assert words in outcome.err
    assert "Next step:" in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1


def test_wrong_usage_is_2(installation: Installation) -> None:
    assert installation.run("approvals", "reject", "apr_none").code == 2
    assert installation.run("nonsense").code == 2


def test_nothing_waits_in_a_new_installation(installation: Installation) -> None:
    listed = installation.run("approvals", "list")
    assert (listed.code, listed.out) == (0, "Nothing waits for a person.\n")
    assert "No run over a whole term yet" in installation.run("report").out


def explain(installation: Installation, *arguments: str) -> Outcome:
    return installation.run("policy", "explain", *arguments)


def test_the_policy_is_explained_in_sentences(installation: Installation) -> None:
    outcome = explain(installation, "roster", "deactivate")
    assert outcome.code == 0
    assert "roster:deactivate is in phase 4" in outcome.out
    assert "role registrar" in outcome.out
    assert "Known actions:" in explain(installation, "roster", "nothing").out


def test_faults_of_a_policy_file_are_listed_and_end_with_1(installation: Installation, tmp_path: Path) -> None:
    assert installation.run("policy", "check").code == 0
    broken = tmp_path / "policy.yaml"
    text = (installation.home / "policy.yaml").read_text(encoding="utf-8")
    broken.write_text(text.replace("approver_role: registrar", "approver_role: student", 1) + "\nextra: 1\n")
    outcome = installation.run("policy", "check", "--file", broken)
    assert outcome.code == 1
    assert "extra" in outcome.out
    assert "Next step:" in outcome.out


def test_a_broken_policy_stops_every_command_that_acts(installation: Installation, tmp_path: Path) -> None:
    broken = tmp_path / "policy.yaml"
    broken.write_text("version: 0\n")
    outcome = installation.run("approvals", "list", PROVOST_POLICY_FILE=str(broken))
    assert (outcome.code, "provost policy check" in outcome.err) == (1, True)


def test_the_doctor_says_what_cannot_be_reached(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "doctor.json"
    assert installation.run("doctor", "--json", file).code == 1
    said = json.loads(file.read_text(encoding="utf-8"))["checks"]
    assert {"banner", "canvas"} <= {check["part"] for check in said if check["mark"] == "fix"}
