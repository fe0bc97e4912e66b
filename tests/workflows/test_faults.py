"""Whole reconciles over real sockets while something goes wrong on the way.

A fault that passes changes nothing: the run finds everything and leaves Canvas as if nothing had happened. One that
lasts stops the run with a code and a fix and writes nothing, and the next good run comes to the same Canvas.
"""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from domain.errors import (
    CredentialRejected,
    IncompleteFetch,
    RefusedBySystem,
)
from domain.findings import Severity
from domain.ids import SectionKey
from evals.campus import Trial
from graphs import rates
from graphs.reports import RunReport, RunState
from simulator.canvas.wire.tokens import READ_SCOPES, WRITE_SCOPES
from simulator.faults import FaultKind, FaultRule
from simulator.world.snapshot import Snapshot
from tests.workflows.small_campus import (
    calm,
    canvas_of,
    codes,
    open_site,
    remaining,
    renew,
    rule,
    strike,
    writes_of,
)
from tools.wire import CostBudget

pytestmark = pytest.mark.slow
LIVE = 12
IMPORT = "/sis_imports$"
PASSING = {
    "canvas throttles with 429": rule(FaultKind.HTTP_5XX, "canvas", "/enrollments", status=429),
    "canvas throttles an import": rule(FaultKind.THROTTLE, "canvas", IMPORT, method="POST"),
    "canvas throttles with 403": rule(FaultKind.THROTTLE, "canvas", "/enrollments"),
    "ethos throttles with 429": rule(FaultKind.THROTTLE, "ethos", "/section-registrations", count=2),
    "canvas answers 503": rule(FaultKind.HTTP_5XX, "canvas", "/courses", count=2),
    "ethos answers 500": rule(FaultKind.HTTP_5XX, "ethos", "/persons", status=500),
    "a page is slow": rule(FaultKind.SLOW, "*", "/(users|persons)", count=2, seconds=0.3),
    "a page of canvas is cut short": rule(FaultKind.TRUNCATED_PAGE, "canvas", "/enrollments", after=2),
    "a page of ethos is cut short": rule(FaultKind.TRUNCATED_PAGE, "ethos", "/section-registrations", after=1),
    "the connection breaks within a page": rule(FaultKind.CUT_BODY, "canvas", "/enrollments", after=2),
    "the connection breaks before an answer": rule(FaultKind.DROPPED_BEFORE, "canvas", "/users"),
    "the ethos token expires between pages": rule(FaultKind.EXPIRE_TOKEN, "ethos", "/section-registrations", after=1),
    "an ethos 200 holds errors, once": rule(FaultKind.ERRORS_IN_200, "ethos", "/section-registrations", after=1),
    "the total of ethos is wrong, once": rule(FaultKind.WRONG_TOTAL, "ethos", "/section-registrations", after=1),
    "an import fails at the gateway": rule(FaultKind.HTTP_5XX, "canvas", IMPORT, method="POST"),
    "an import is lost on the way": rule(FaultKind.DROPPED_BEFORE, "canvas", IMPORT, method="POST"),
    "the answer to an applied import is lost": rule(FaultKind.DROPPED_AFTER, "canvas", IMPORT, method="POST"),
    "the answer to an applied import is cut short": rule(FaultKind.TRUNCATED_PAGE, "canvas", IMPORT, method="POST"),
}
LASTING = {
    "ethos answers 200 with errors": (
        rule(FaultKind.ERRORS_IN_200, "ethos", "/section-registrations", count=999),
        {RefusedBySystem.code, IncompleteFetch.code},
    ),
}

UNREADABLE = {
    "one section of canvas answers 503": rule(FaultKind.HTTP_5XX, "canvas", "/enrollments", after=2, count=4),
    "one section of canvas is always cut short": rule(
        FaultKind.TRUNCATED_PAGE, "canvas", "/enrollments", after=2, count=4
    ),
}


class Settled(NamedTuple):
    """What a campus came to: Canvas by natural keys, the effective writes, how many differences people must settle."""

    canvas: Snapshot
    writes: int
    remaining: int


def settled(site: Trial) -> Settled:
    return Settled(canvas_of(site), writes_of(site), len(remaining(site)))


@pytest.fixture(autouse=True)
def quick_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rate allowance come back faster than Canvas says, so that a throttle costs no ten seconds."""
    monkeypatch.setattr(rates, "CostBudget", partial(CostBudget, outflow=2000.0))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """The Canvas that a run comes to where nothing goes wrong."""
    with open_site(tmp_path_factory.mktemp("undisturbed")) as site:
        assert site.reconcile().outcomes.verified > 0
        return settled(site)


def assert_found_all(site: Trial, report: RunReport) -> None:
    score = site.score(report)
    assert (score.missed, score.invented) == ((), ())
    assert score.planted > 0
    assert report.outcomes.verified == report.outcomes.applied > 0
    assert site.provost.ledger.verify().ok


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_r73_a_fault_that_passes_changes_nothing(tmp_path: Path, undisturbed: Settled, fault: FaultRule) -> None:
    with open_site(tmp_path) as site:
        strike(site, fault)
        report = site.reconcile()
        assert fault.kind in {one.kind for one in calm(site)}
        assert_found_all(site, report)
        assert codes(report) == set()
        assert settled(site) == undisturbed


@pytest.mark.parametrize(("fault", "expected"), LASTING.values(), ids=LASTING)
def test_r70_a_fault_that_lasts_stops_the_run_and_the_next_finds_all(
    tmp_path: Path, undisturbed: Settled, fault: FaultRule, expected: set[str]
) -> None:
    with open_site(tmp_path) as site:
        strike(site, fault)
        stopped = site.reconcile()
        assert calm(site)
        assert stopped.state is RunState.STOPPED
        assert expected <= codes(stopped)
        assert all(finding.fix for finding in stopped.findings)
        assert not site.score(stopped).invented
        assert writes_of(site) == 0
        assert_found_all(site, site.reconcile())
        assert canvas_of(site) == undisturbed.canvas


@pytest.mark.parametrize("fault", UNREADABLE.values(), ids=UNREADABLE)
def test_r70_a_section_that_stays_unreadable_costs_itself_alone(
    tmp_path: Path, undisturbed: Settled, fault: FaultRule
) -> None:
    with open_site(tmp_path) as site:
        strike(site, fault)
        report = site.reconcile()
        assert calm(site)
        [left_out] = [one for one in report.findings if one.subject.startswith("section ")]
        assert (left_out.code, left_out.severity) == (IncompleteFetch.code, Severity.WARNING)
        assert "left out of the comparison" in left_out.message
        assert left_out.fix
        section = SectionKey.parse(left_out.subject.removeprefix("section "))
        assert section is not None
        assert report.state is not RunState.STOPPED
        assert report.outcomes.verified == report.outcomes.applied > 0
        assert [one.type for one in report.discrepancies if one.section == section and one.person] == []
        assert not site.score(report).invented
        assert site.provost.ledger.verify().ok
        site.reconcile()
        assert canvas_of(site) == undisturbed.canvas


def test_r70_missing_rows_under_a_true_total_prove_no_absence(tmp_path: Path, undisturbed: Settled) -> None:
    with open_site(tmp_path) as site:
        strike(site, rule(FaultKind.WRONG_TOTAL, "ethos", "/section-registrations", count=999))
        short = site.reconcile()
        calm(site)
        assert IncompleteFetch.code in codes(short)
        assert not site.score(short).invented
        assert "unexpected_enrollment" not in short.counts
        site.reconcile()
        assert canvas_of(site) == undisturbed.canvas


def test_an_expired_canvas_token_asks_for_a_new_one_and_loses_nothing(tmp_path: Path, undisturbed: Settled) -> None:
    with open_site(tmp_path) as site:
        strike(site, rule(FaultKind.EXPIRE_TOKEN, "canvas", "/enrollments", after=2))
        with pytest.raises(CredentialRejected) as refused:
            site.reconcile()
        calm(site)
        assert (refused.value.code, refused.value.field) == ("PV701", "token")
        assert "new token" in refused.value.fix
        assert writes_of(site) == 0
        renew(site, "read_token", READ_SCOPES)
        assert_found_all(site, site.reconcile())
        assert canvas_of(site) == undisturbed.canvas


def test_r75_a_write_that_silently_does_nothing_is_never_called_done(tmp_path: Path, undisturbed: Settled) -> None:
    with open_site(tmp_path) as site:
        strike(site, rule(FaultKind.SILENT_NO_OP_WRITE, "canvas", IMPORT, method="POST"))
        report = site.reconcile()
        assert calm(site)
        assert report.state is RunState.FAILED
        assert report.outcomes.unverified > 0
        assert report.outcomes.verified + report.outcomes.unverified == report.outcomes.applied
        again = site.reconcile()
        assert again.outcomes.unverified == 0
        assert again.outcomes.verified >= report.outcomes.unverified
        assert canvas_of(site) == undisturbed.canvas


def test_a_write_token_that_expires_fails_the_run_openly_and_loses_nothing(
    tmp_path: Path, undisturbed: Settled
) -> None:
    with open_site(tmp_path) as site:
        strike(site, rule(FaultKind.EXPIRE_TOKEN, "canvas", IMPORT, method="POST"))
        report = site.reconcile()
        assert calm(site)
        assert report.state is RunState.FAILED
        assert report.outcomes.refused > 0
        assert report.outcomes.unverified == report.outcomes.uncertain == 0
        renew(site, "write_token", WRITE_SCOPES)
        again = site.reconcile()
        assert again.outcomes.verified == report.outcomes.refused
        assert canvas_of(site) == undisturbed.canvas


@pytest.fixture(scope="module")
def undisturbed_later(tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """What one nightly run makes of a campus where more happened; no event was ever taken."""
    with open_site(tmp_path_factory.mktemp("later"), live=LIVE) as site:
        site.reconcile()
        return settled(site)


@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE_EVENT, FaultKind.REORDER_EVENTS, FaultKind.LOST_EVENT])
def test_s62_whatever_befalls_events_the_nightly_run_repairs(
    tmp_path: Path, undisturbed_later: Settled, kind: FaultKind
) -> None:
    with open_site(tmp_path) as site:
        strike(site, FaultRule(kind=kind, face="ethos", method="EVENT", probability=0.5, seed=3))
        site.campus.live(LIVE)
        assert calm(site)
        events = site.provost.feed.read_events(limit=200)
        carried = [site.provost.run_event(event) for event in events]
        assert all(report.state is not RunState.FAILED for report in carried)
        site.reconcile()
        assert canvas_of(site) == undisturbed_later.canvas
        assert len(remaining(site)) == undisturbed_later.remaining
