"""Grades governed over real sockets: a small campus teaches, an instructor attests, Banner takes what was attested."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.grades import ReceiptOutcome
from domain.ids import Crn, SectionKey, TermCode
from evals.campus import Trial, install
from graphs.grade_sheets import open_sheets
from graphs.reports import RunState
from simulator.banner.forms import apply_operation
from simulator.banner.tables import Section
from simulator.campus import Campus
from simulator.world.operations import Kind, Operation
from tests.workflows.conftest import hasten
from tests.workflows.grading_week import (
    FINAL,
    GRADING_DAY,
    TERM,
    attest,
    in_banner,
    key_of,
    look,
    richest_section,
    send,
)

pytestmark = pytest.mark.xdist_group("governed grades")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """A campus in its grading week on which things go wrong in class too, and an installation that may carry grades."""
    folder = tmp_path_factory.mktemp("grades")
    policy = hasten(folder / "policy.yaml")
    built = Campus.build(students=120, seed=3, term=TERM, as_of=GRADING_DAY, learning="planted")
    with built as campus, install(campus, folder / "home", policy_file=policy) as trial:
        yield trial


@pytest.fixture(scope="module")
def section(site: Trial) -> Section:
    return richest_section(site)


def test_s85_s88_holds_are_placed_and_the_rest_is_carried_and_read_back(site: Trial, section: Section) -> None:
    view = look(site, section)
    lines, held = view.looked.sheet.lines, view.looked.holds
    assert len(lines) >= 10
    planted = [item for item in site.campus.learning.planted() if item["family"] == "grade entry"]
    assert planted
    before = in_banner(site, section)
    attest(site, section)
    done = send(site, section)
    ids = site.provost.identities
    after = in_banner(site, section)
    assert {ids.person(line.person): line.letter for line in lines} == {
        who: letter for who, letter in after.items() if who not in before
    }
    assert (done.counts["grades accepted"], done.counts["grades not shown"]) == (len(lines), 0)
    assert done.state is RunState.CLEAN
    kept = site.provost.grading.holds.of(key_of(section))
    assert {one.hold.id for one in kept} >= {one.id for one in held}
    receipts = site.provost.grading.receipts.of(key_of(section), FINAL)
    assert {one.outcome for one in receipts} == {ReceiptOutcome.ACCEPTED}
    assert site.provost.ledger.verify().ok


def test_r96_the_same_sheet_again_writes_nothing_into_banner(site: Trial, section: Section) -> None:
    before = in_banner(site, section)
    again = send(site, section)
    assert (again.held, in_banner(site, section)) == ((), before)
    assert again.counts["grades held already"] == len(before)


def test_e2_after_the_roll_banner_stays_as_it_is(site: Trial, section: Section) -> None:
    banner, key = site.campus.banner, key_of(section)
    apply_operation(banner, Operation(banner.clock.now(), Kind.GRADES_ROLLED, sections=(section.key,)))
    before = in_banner(site, section)
    report = send(site, section)
    assert (report.held, in_banner(site, section)) == ((), before)
    assert report.counts.get("kept by R93", 0) >= len(before)
    assert look(site, section).looked.sheet.lines == ()
    tickets = [one for one in site.provost.casedesk.list_open() if one["section"] == str(key)]
    assert len(tickets) == report.tickets
    assert all(one["person"].startswith("per_") and "Nothing was written" in one["body"] for one in tickets)


SURE = frozenset({"dropped digit", "zero-fill", "changed grade mode", "late change"})
"""What numbers or the log of changes show for certain; small slips and a first column that slid they do not."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 616396, 511303])
def test_s86_what_was_planted_in_the_gradebooks_is_held_and_names_its_student(tmp_path: Path, seed: int) -> None:
    """The statistics were tuned while looking at seed 3; the others were drawn afterwards."""
    built = Campus.build(students=800, seed=seed, term=TERM, as_of=GRADING_DAY, learning="planted")
    with built as campus, install(campus, tmp_path / "home") as trial:
        items = [one for one in campus.learning.planted() if one["kind"] in SURE and one["keys"]["term"] == TERM]
        assert {one["kind"] for one in items} == SURE
        assert [one["keys"] for one in items if not is_held(trial, one["keys"])] == []


def is_held(trial: Trial, keys: dict[str, str]) -> bool:
    """Whether a planted error is among the holds of its section, by student and column."""
    sheets = open_sheets(trial.provost)
    reading = sheets.read(SectionKey(TermCode(keys["term"]), Crn(keys["crn"])))
    who = trial.provost.identities.find(keys["bannerId"]) if "bannerId" in keys else None
    found = sheets.doubts(reading).holds
    return any(one.person == who and one.column.startswith(keys["assignment"]) for one in found)
