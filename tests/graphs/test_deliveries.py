"""What files a run was given: on record with their digests, and told apart from those of an earlier run (R69)."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from domain.errors import StaleDelivery
from domain.findings import Finding, Severity
from graphs.connections import read_scope
from graphs.deliveries import Deliveries
from graphs.foundation import Foundation, lay_foundation
from graphs.settings import Settings
from graphs.specialists import SyncRequest
from tests.tools.sis_campus import FILES, TERM, make_institution, write_bundle
from tools.scoped import ScopedOneRoster
from tools.sis.oneroster.read import OneRosterReader

ROOT = Path(__file__).resolve().parents[2]
INSTITUTION = "name: Test\ntime_zone: America/New_York\ncalendars: []\n"


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Foundation]:
    (tmp_path / "institution.yaml").write_text(INSTITUTION, encoding="utf-8")
    settings = Settings(
        home=tmp_path / "home",
        policy_file=ROOT / "provost.policy.yaml",
        institution_file=tmp_path / "institution.yaml",
    )
    with ExitStack() as closing:
        yield lay_foundation(settings, closing)


@pytest.fixture
def reader(tmp_path: Path) -> ScopedOneRoster:
    bundles = OneRosterReader(write_bundle(tmp_path / "bundle"), make_institution())
    return ScopedOneRoster(bundles, read_scope(ROOT / "provost.scope.yaml"))


def told(
    base: Foundation, reader: ScopedOneRoster, run: str, *, term: str = TERM, dry: bool = False, first: bool = True
) -> list[Severity]:
    request = SyncRequest(run=run, kind="term", term=term, dry_run=dry)
    with Deliveries(base.ledger, base.notices, "agent:roster").taking(reader, request, first_today=first) as found:
        assert all(isinstance(one, Finding) and one.code == StaleDelivery.code and one.fix for one in found)
        return [one.severity for one in found]


def test_r69_the_same_files_are_news_once_per_term_and_again_when_they_change(
    base: Foundation, reader: ScopedOneRoster, tmp_path: Path
) -> None:
    assert told(base, reader, "run_0", dry=True) == []
    assert told(base, reader, "run_1") == []
    assert told(base, reader, "run_1") == [], "a run that starts again after a crash"
    assert told(base, reader, "run_2") == [Severity.WARNING]
    assert told(base, reader, "run_3", first=False) == [Severity.INFO]
    assert told(base, reader, "run_4", term="209980") == []
    write_bundle(tmp_path / "bundle", {"enrollments.csv": FILES["enrollments.csv"].splitlines()[0] + "\n"})
    assert told(base, reader, "run_5") == []


def test_s224_what_a_run_was_given_is_on_record(base: Foundation, reader: ScopedOneRoster) -> None:
    told(base, reader, "run_1")
    [entry] = list(base.ledger.export(run="run_1"))
    assert '"source.delivered"' in entry
    assert '"enrollments.csv"' in entry
    assert base.ledger.verify().ok
