"""Bad deliveries as whole runs: each is named with its code and fix, stops the smallest thing, and loses nothing.

The campus delivers OneRoster bundles here. A token that expires between pages and a 200 that holds errors are among
the faults of the wire.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.errors import (
    DuplicateKey,
    EmptySource,
    InvalidRecord,
    LimitExceeded,
    MalformedSource,
    ProvostError,
    SourceShrank,
)
from domain.findings import DiscrepancyType, Severity
from evals.campus import Trial
from graphs.reports import RunReport, RunState
from simulator.oneroster.bundle import Bundle, make_bundle, write_folder
from simulator.oneroster.damage import empty_file, encode_as, lose_half, repeat_rows, truncate_file
from simulator.world.snapshot import Snapshot
from tests.workflows.small_campus import canvas_of, codes, open_site, writes_of

ENROLLMENTS, USERS = "enrollments.csv", "users.csv"
Damage = Callable[[Bundle], Bundle]


@dataclass
class Deliveries:
    """A campus whose registrar delivers bundles into a folder."""

    site: Trial
    folder: Path
    good: Bundle

    def deliver(self, bundle: Bundle) -> None:
        write_folder(bundle, self.folder)

    def run_over(self, damage: Damage) -> RunReport:
        """Deliver a damaged bundle and reconcile; the good one lies there again afterwards."""
        self.deliver(damage(self.good))
        try:
            return self.site.reconcile()
        finally:
            self.deliver(self.good)


@contextmanager
def open_deliveries(folder: Path) -> Iterator[Deliveries]:
    with open_site(folder) as site:
        good = make_bundle(site.campus.banner, "1.2")
        opened = Deliveries(site, folder / "bundle", good)
        opened.deliver(good)
        settings = site.settings_file.read_text(encoding="utf-8")
        named = re.sub(r"\[banner\][^\[]*", f'[oneroster]\nfolder = "{opened.folder}"\n\n', settings)
        site.settings_file.write_text(named, encoding="utf-8")
        yield Deliveries(site.restart(), opened.folder, good)


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deliveries, RunReport]]:
    """A campus and what a good bundle shows of it, before anything is written."""
    with open_deliveries(tmp_path_factory.mktemp("deliveries")) as deliveries:
        report = deliveries.site.reconcile(dry_run=True)
        score = deliveries.site.score(report)
        assert (score.missed, score.invented) == ((), ())
        assert score.planted > 0
        yield deliveries, report


def reasons(bundle: Bundle, count: int = 1) -> Bundle:
    """Give some registrations a status that nobody knows."""
    return {**bundle, ENROLLMENTS: bundle[ENROLLMENTS].replace(b",RE,registered,", b",RE,zombie,", count)}


def modified(row: bytes, moment: bytes) -> bytes:
    """Return a row of a bulk file as modified at a moment."""
    return row.replace(b",,,", b",," + moment + b",", 1)


def two_rows_without_zone(bundle: Bundle) -> Bundle:
    """Give one enrolment twice; the moments of change that decide between the two name no zone."""
    rows = bundle[ENROLLMENTS].splitlines(keepends=True)
    first, second = modified(rows[2], b"2026-08-01T10:00:00"), modified(rows[2], b"2026-08-02T10:00:00")
    return {**bundle, ENROLLMENTS: b"".join([*rows[:2], first, *rows[3:], second])}


def moments_without_zone(bundle: Bundle) -> Bundle:
    header, *rows = bundle[ENROLLMENTS].splitlines(keepends=True)
    return {**bundle, ENROLLMENTS: header + b"".join(modified(row, b"2026-08-01T10:00:00") for row in rows)}


RAISED: dict[str, tuple[Damage, type[ProvostError], str, str]] = {
    "another encoding": (lambda good: encode_as(good, USERS), MalformedSource, USERS, "windows-1252"),
    "no bytes at all": (lambda good: {**good, ENROLLMENTS: b""}, EmptySource, ENROLLMENTS, "export"),
    "no header": (lambda good: {**good, USERS: b"1,2,3\r\n"}, MalformedSource, USERS, "header"),
}
STOPPED: dict[str, tuple[Damage, type[ProvostError], str]] = {
    "a file cut short": (lambda good: truncate_file(good, ENROLLMENTS), MalformedSource, "enrollments.csv line"),
    "only a header": (lambda good: empty_file(good, USERS), EmptySource, "people"),
    "half of the registrations": (lambda good: lose_half(good, ENROLLMENTS), LimitExceeded, "roster totals"),
    "a third of the registrations": (
        lambda good: lose_half(lose_half(good, ENROLLMENTS), ENROLLMENTS),
        SourceShrank,
        "registrations",
    ),
    "half of the people": (lambda good: lose_half(good, USERS), InvalidRecord, "enrollments.csv line"),
}
NOTED: dict[str, tuple[Damage, set[str]]] = {
    "one status that nobody knows": (reasons, {InvalidRecord.code}),
    "rows given twice": (lambda good: repeat_rows(good, ENROLLMENTS), {DuplicateKey.code}),
    "two rows told apart by moments without a zone": (two_rows_without_zone, {DuplicateKey.code, InvalidRecord.code}),
    "moments without a zone": (moments_without_zone, {InvalidRecord.code}),
}


def assert_nothing_lost(deliveries: Deliveries, before: RunReport) -> None:
    """A good bundle, delivered after the bad one, shows all that it showed before."""
    assert writes_of(deliveries.site) == 0
    again = deliveries.site.reconcile(dry_run=True)
    assert again.counts == before.counts
    assert again.would_apply == before.would_apply
    assert codes(again) == set()


@pytest.mark.parametrize(("damage", "error", "field", "fix"), RAISED.values(), ids=RAISED)
def test_what_cannot_be_read_ends_the_run_before_it_concludes_anything(
    looked_at: tuple[Deliveries, RunReport], damage: Damage, error: type[ProvostError], field: str, fix: str
) -> None:
    deliveries, before = looked_at
    with pytest.raises(error) as raised:
        deliveries.run_over(damage)
    assert raised.value.field == field
    assert fix in raised.value.fix
    assert_nothing_lost(deliveries, before)


@pytest.mark.parametrize(("damage", "error", "subject"), STOPPED.values(), ids=STOPPED)
def test_r66_r68_what_cannot_be_believed_stops_the_term(
    looked_at: tuple[Deliveries, RunReport], damage: Damage, error: type[ProvostError], subject: str
) -> None:
    deliveries, before = looked_at
    report = deliveries.run_over(damage)
    assert report.state is RunState.STOPPED
    stops = [finding for finding in report.findings if finding.severity is Severity.STOP]
    assert [finding for finding in stops if finding.code == error.code and subject in finding.subject]
    assert all(finding.fix for finding in stops)
    assert len(set(report.findings)) == len(report.findings)
    assert report.proposed == report.outcomes.applied == 0
    assert_nothing_lost(deliveries, before)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The Canvas that a run over a good bundle comes to."""
    with open_deliveries(tmp_path_factory.mktemp("good")) as deliveries:
        assert deliveries.site.reconcile().outcomes.verified > 0
        return canvas_of(deliveries.site)


@pytest.mark.slow
@pytest.mark.parametrize(("damage", "expected"), NOTED.values(), ids=NOTED)
def test_r64_a_doubtful_row_is_named_and_stops_nothing_else(
    tmp_path: Path, undisturbed: Snapshot, damage: Damage, expected: set[str]
) -> None:
    with open_deliveries(tmp_path) as deliveries:
        site = deliveries.site
        report = deliveries.run_over(damage)
        assert codes(report) == expected
        assert any("enrollments.csv line" in finding.subject for finding in report.findings)
        assert all(finding.fix for finding in report.findings)
        assert {one.type for one in site.score(report).invented} <= {DiscrepancyType.UNKNOWN.value}
        assert report.outcomes.verified == report.outcomes.applied > 0
        assert codes(site.reconcile()) == set()
        assert canvas_of(site) == undisturbed
