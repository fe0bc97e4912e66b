"""Grades governed over real sockets: a small campus teaches, an instructor attests, Banner takes what was attested."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from domain.errors import InvalidRecord
from domain.grade_holds import HoldState
from domain.grades import GradeColumn, ReceiptOutcome
from domain.ids import Crn, SectionKey, TermCode
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import Trial, install
from graphs.grade_desk import GradeDesk
from graphs.grade_sheets import open_sheets
from graphs.grade_specialist import GradeRequest
from graphs.reports import RunReport, RunState
from graphs.runner import new_run
from graphs.sheet_view import SheetView
from simulator.banner.forms import apply_operation
from simulator.banner.tables import Registration, Section
from simulator.campus import Campus
from simulator.world.operations import Kind, Operation
from tests.workflows.conftest import hasten

TERM = "202680"
GRADING_DAY = datetime.fromisoformat("2026-12-10T09:00-05:00")
FINAL = GradeColumn.FINAL
REGISTRAR = Principal(id="ruth", kind=PrincipalKind.PERSON, roles=frozenset({Role.REGISTRAR}))
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
    """The open, ordinary section with the most grades that may go, among the largest."""
    banner = site.campus.banner
    counts = Counter(row.section.key for row in banner.registrations.values() if is_ordinary(row))
    largest = [banner.sections[key] for key, _ in counts.most_common(5)]
    return max(largest, key=lambda one: lines_in(site, one))


def lines_in(site: Trial, section: Section) -> int:
    """How many grades may go; none where the campus was made so that its gradebook cannot be read."""
    try:
        return len(look(site, section).looked.sheet.lines)
    except InvalidRecord:
        return 0


def is_ordinary(row: Registration) -> bool:
    place = row.section
    ordinary = (place.key.term, place.part, place.status, place.primary) == (TERM, "F", "open", None)
    return ordinary and row.status.registered


def key_of(section: Section) -> SectionKey:
    return SectionKey(TermCode(section.key.term), Crn(section.key.crn))


def teacher_of(site: Trial, section: Section) -> Principal:
    """The instructor of record, as their token would name them."""
    first = next(one for one in site.campus.banner.teachers_of(section.key) if one.role == "primary")
    handle = site.provost.identities.handles([first.person.banner_id])[first.person.banner_id]
    return Principal(id="ida", kind=PrincipalKind.PERSON, roles=frozenset({Role.INSTRUCTOR}), person=handle)


def look(site: Trial, section: Section) -> SheetView:
    return GradeDesk(site.provost).sheet(teacher_of(site, section), key_of(section), FINAL)


def attest(site: Trial, section: Section) -> str:
    desk, teacher = GradeDesk(site.provost), teacher_of(site, section)
    view = look(site, section)
    for question in view.looked.questions:
        desk.answer(teacher, question.id, HoldState.CONFIRMED, "I looked at the work.")
    return desk.attest(teacher, key_of(section), FINAL, view.looked.sheet.hash).sheet_hash


def send(site: Trial, section: Section) -> RunReport:
    key = key_of(section)
    report = site.provost.work(GradeRequest(run=new_run(), term=key.term, section=key, column=FINAL))
    for held in report.held:
        site.provost.answer(held.approval_id, REGISTRAR, "approve", plan_hash=held.plan_hash)
    return site.provost.work(GradeRequest(run=report.run_id, term=key.term, section=key, column=FINAL))


def in_banner(site: Trial, section: Section) -> dict[str, str]:
    """The final letters that Banner holds of a section, by Banner id."""
    entries = site.campus.banner.grades.values()
    return {
        entry.registration.person.banner_id: entry.marks["FINAL"].letter.value
        for entry in entries
        if entry.registration.section.key == section.key and "FINAL" in entry.marks
    }


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
