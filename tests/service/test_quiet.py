"""What a run leaves on the screen and in the logs names nobody, and staff hear of trouble once (S57 to S59)."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import TransientError, Unreachable
from domain.findings import Finding, Severity
from domain.ids import RunId, TermCode
from graphs import notices, runner
from graphs.assembly import Provost, assemble
from graphs.settings import load_settings
from simulator.campus import Campus
from simulator.faults import FaultKind, FaultRule
from tests.service.conftest import Install, Installation

pytestmark = pytest.mark.xdist_group("service quiet")
COMMAND = [sys.executable, "-c", "from service.cli import main; main()"]
OUR_WORDS = frozenset({"Term", "Next", "Canvas"})
"""Words of the screen itself, should a person be called so."""


@pytest.fixture(scope="module")
def installation(install: Install, shipped_policy: str) -> Installation:
    return install(shipped_policy)


def personal(campus: Campus) -> Iterator[str]:
    """Everything on campus that names a person: ids, logins, addresses and every name as Banner and Canvas have it."""
    for one in campus.banner.persons.values():
        yield from (one.banner_id, one.email, one.login, one.first, one.last, one.preferred, one.phone)
        yield from (prior for prior, _ in one.prior_ids)
    for user in campus.canvas.users.values():
        yield from (user.name, user.sortable_name, user.short_name)


@pytest.mark.slow
def test_a_whole_reconcile_at_debug_level_names_nobody(installation: Installation, tmp_path: Path) -> None:
    """S224: every name and id of the campus is searched for in all that a run prints, logs and writes to its file."""
    file = tmp_path / "report.json"
    process = subprocess.run(
        [*COMMAND, "reconcile", installation.term, "--json", str(file), "--limit", "1000"],
        cwd=installation.settings_file.parent,
        env={**os.environ, "PROVOST_LOG_LEVEL": "debug", "PROVOST_LOG_FORMAT": "json"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert process.returncode in (0, 3), process.stderr
    assert "debug" in process.stderr
    said = f"{process.stdout}\n{process.stderr}\n{file.read_text(encoding='utf-8')}"
    words = set(re.findall(r"[\w.@+'-]+", said)) - OUR_WORDS
    named = {name for name in personal(installation.campus) if name}
    assert len(named) > 400
    assert sorted(named & words) == []
    assert sorted(name for name in named if " " in name and name in said) == []


def messages(campus: Campus, text: str) -> list[str]:
    """The messages in the campus's Canvas whose body holds a text."""
    return [
        message.body
        for conversation in campus.canvas.conversations.values()
        for message in conversation.messages
        if text in message.body
    ]


def test_s57_s58_staff_hear_of_a_stopped_run_once_and_a_dry_run_tells_nobody(installation: Installation) -> None:
    campus = installation.campus
    staff = next(one.banner_id for one in campus.banner.persons.values() if "instructor" in one.roles)
    listening = {"PROVOST_NOTICES__RECIPIENTS": json.dumps([staff])}
    campus.faults.add(FaultRule(kind=FaultKind.WRONG_TOTAL, face="ethos", path="/section-registrations"))
    try:
        dry = installation.run("reconcile", installation.term, "--dry-run", **listening)
        assert (dry.code, messages(campus, "PV201")) == (1, [])
        first = installation.run("reconcile", installation.term, **listening)
        assert first.code == 1, first.err
        assert "PV201" in first.out + first.err
        told = messages(campus, "PV201")
        assert len(told) == 1
        second = installation.run("reconcile", installation.term, **listening)
        assert second.code == 1
        assert messages(campus, "PV201") == told
    finally:
        campus.faults.clear()
    assert "PV201" in installation.run("report").out


def test_where_nobody_listens_the_report_alone_tells(installation: Installation) -> None:
    campus = installation.campus
    before = sum(len(each.messages) for each in campus.canvas.conversations.values())
    campus.faults.add(FaultRule(kind=FaultKind.WRONG_TOTAL, face="ethos", path="/section-registrations"))
    try:
        assert installation.run("reconcile", installation.term).code == 1
    finally:
        campus.faults.clear()
    assert sum(len(each.messages) for each in campus.canvas.conversations.values()) == before
    assert "PV201" in installation.run("report").out


@pytest.fixture
def listening(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Provost, str]]:
    """The installation opened for code, somebody to be told, and no message of the hour before."""
    staff = next(one.banner_id for one in installation.campus.banner.persons.values() if "instructor" in one.roles)
    settings = load_settings(file=installation.settings_file, notices={"recipients": [staff]})
    monkeypatch.setattr(notices, "BETWEEN", timedelta(0))
    with assemble(settings) as provost:
        yield provost, installation.term
    installation.campus.faults.clear()


def test_s57_what_passes_is_not_told_and_what_lasts_is(
    installation: Installation, listening: tuple[Provost, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    provost, term = listening
    campus = installation.campus
    run = RunId("run_0123456789ab")
    campus.faults.add(FaultRule(kind=FaultKind.HTTP_5XX, face="ethos", path="/sections"))
    with pytest.raises(Unreachable):
        provost.reconcile(TermCode(term), run_id=run)
    assert messages(campus, "PV102") == []
    monkeypatch.setattr(runner, "_PASSES_WITHIN", timedelta(0))
    with pytest.raises(TransientError):
        provost.reconcile(TermCode(term), run_id=run)
    told = [*messages(campus, "PV102"), *messages(campus, "PV104")]
    assert len(told) == 1


def test_a_notice_that_cannot_be_sent_fails_no_run_and_is_sent_later(
    installation: Installation, listening: tuple[Provost, str]
) -> None:
    provost, _ = listening
    campus = installation.campus
    campus.faults.add(FaultRule(kind=FaultKind.HTTP_5XX, face="canvas", path="/conversations"))
    finding = Finding(code="PV205", severity=Severity.WARNING, subject="row 1", message="A new problem.")
    provost.runner.telling.notify(RunId("run_00000000000a"), [finding])
    assert messages(campus, "A new problem.") == []
    campus.faults.clear()
    with assemble(provost.settings) as restarted:
        restarted.recover()
    assert len(messages(campus, "A new problem.")) == 1
