"""The same campus through Banner over REST and through OneRoster files: the same disagreements are found (S13)."""

from pathlib import Path
from typing import NamedTuple

import pytest

from domain.errors import StaleDelivery
from domain.findings import Severity
from evals.campus import Trial
from evals.score_run import name
from graphs.reports import RunReport
from tests.tools.sftp_server import Served, serve
from tests.workflows.conftest import Start


class Bundles(NamedTuple):
    """A campus, its bundles, and what a dry run over REST found."""

    trial: Trial
    folder: Path
    by_rest: list[str]


@pytest.fixture
def bundles(start: Start, tmp_path: Path) -> Bundles:
    trial = start(150, 33)
    trial.campus.export_oneroster(tmp_path / "oneroster")
    report = trial.reconcile(dry_run=True)
    scored = trial.score(report)
    assert (scored.missed, scored.invented) == ((), ())
    return Bundles(trial, tmp_path / "oneroster", differences(trial, report))


def differences(trial: Trial, report: RunReport) -> list[str]:
    """Every discrepancy by natural keys with its rule, its handling and its codes and dates, in one order."""
    return sorted(
        f"{name(trial.provost, one)} {one.rule} {one.handling} {sorted(one.details.items())}"
        for one in report.discrepancies
    )


def sftp(server: Served) -> dict[str, object]:
    """The settings of the bundles that the server offers."""
    return {
        "sftp_host": "127.0.0.1",
        "sftp_port": server.port,
        "sftp_user": "provost",
        "sftp_key_file": server.key_file,
        "sftp_known_hosts": server.known_hosts,
        "sftp_path": "/",
    }


def by_files(bundles: Bundles, **oneroster: object) -> list[str]:
    trial = bundles.trial.restart(banner={"url": ""}, oneroster=oneroster)
    assert trial.provost.sis.capabilities().system == "oneroster"
    report = trial.reconcile(dry_run=True)
    assert report.findings == ()
    return differences(trial, report)


def test_s13_a_folder_and_a_zip_give_the_differences_that_rest_gives(bundles: Bundles) -> None:
    assert by_files(bundles, folder=bundles.folder / "oneroster-1.1") == bundles.by_rest
    assert by_files(bundles, folder=bundles.folder / "oneroster-1.2.zip") == bundles.by_rest


def test_s13_sftp_gives_the_differences_that_rest_gives(bundles: Bundles, tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        packed = "oneroster-1.1.zip"
        (server.folder / packed).write_bytes((bundles.folder / packed).read_bytes())
        found = by_files(bundles, **sftp(server))
    assert found == bundles.by_rest


def test_r69_one_process_reads_each_nights_delivery_and_says_when_it_is_yesterdays(
    start: Start, tmp_path: Path
) -> None:
    trial = start(students=40, seed=5)
    with serve(tmp_path) as server:
        trial.campus.export_oneroster(tmp_path / "first")
        (server.folder / "night.zip").write_bytes((tmp_path / "first" / "oneroster-1.1.zip").read_bytes())
        trial.restart(banner={"url": ""}, oneroster=sftp(server))
        first, again = trial.reconcile(), trial.reconcile()
        trial.campus.live(20)
        trial.campus.export_oneroster(tmp_path / "second")
        (server.folder / "night.zip").write_bytes((tmp_path / "second" / "oneroster-1.1.zip").read_bytes())
        fresh = trial.reconcile()
    told = [[(one.code, one.severity) for one in run.findings] for run in (first, again, fresh)]
    assert told == [[], [(StaleDelivery.code, Severity.INFO)], []]
    assert first.outcomes.applied > 0
    assert again.outcomes.applied == 0
    assert fresh.outcomes.applied > 0
