"""The same campus through Banner over REST and through OneRoster files: the same disagreements are found (S13)."""

from pathlib import Path
from typing import NamedTuple

import pytest

from evals.campus import Trial
from evals.score_run import name
from graphs.reports import RunReport
from tests.tools.sftp_server import serve
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
        found = by_files(
            bundles,
            sftp_host="127.0.0.1",
            sftp_port=server.port,
            sftp_user="provost",
            sftp_key_file=server.key_file,
            sftp_known_hosts=server.known_hosts,
            sftp_path="/",
        )
    assert found == bundles.by_rest
