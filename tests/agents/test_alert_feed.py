"""The feed of early alert: increments, watermarks, staleness, held columns, what is kept at rest (R117 to R123)."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agents.early_alert.activity_files import ActivityFiles
from agents.early_alert.alerts_file import load_alert_settings
from agents.early_alert.choosing import Moment
from agents.early_alert.detection import AlertDetection
from agents.early_alert.feed import AlertFeed, read_marks
from agents.early_alert.looking import Known
from agents.early_alert.model import load_model
from agents.early_alert.signalled import Signals
from agents.early_alert.signals import FACTS
from domain.calendar import local_day
from domain.errors import IncompleteFetch
from domain.ids import RecordHandle, SectionKey
from domain.institution import Institution
from evals.installation import ROOT
from store.keys import KeyRing
from tests.graphs.class_campus import ENDS, SECTION, STARTS, TERM, ZONE, ClassCampus, noon

SETTINGS = load_alert_settings(ROOT / "provost.alerts.yaml")
INSTITUTION = Institution(name="Test", time_zone="America/New_York", calendars=())


class Handles:
    """A handle per SIS id, the same each time."""

    def handles(self, people):
        return {person: RecordHandle(f"per_{str(person).lower():a<8}") for person in people}


class HeldClock:
    def __init__(self) -> None:
        self.day = 30

    def now(self):
        return noon(self.day)


class Bench:
    """A feed over a campus in memory, with its files."""

    def __init__(self, folder: Path, campus: ClassCampus) -> None:
        self.campus, self.clock, self.folder = campus, HeldClock(), folder / "alerts"
        self.files = ActivityFiles(self.folder, KeyRing.open(folder / "keys"))
        campus.handles = Handles().handles([campus.sis_id(n) for n in range(campus.students)])
        self.feed = AlertFeed(
            campus, campus, campus, INSTITUTION, Handles(), self.files, SETTINGS, self.clock
        )  # fmt: skip

    def on(self, day: int):
        self.clock.day = self.campus.until = day
        return self.feed.refresh(TERM)

    def rows(self, table: str = "activity_day") -> list:
        with self.files.open_sections([SECTION]) as connection:
            return connection.execute(f"FROM {table} ORDER BY ALL").fetchall()

    def look(self, day: int) -> Signals:
        """Refresh and look at the term, as a nightly run does."""
        reading = self.on(day)
        return AlertDetection(self.feed, load_model()).look_at_term(reading, KNOWN, self.moment())

    def moment(self) -> Moment:
        now = self.clock.now()
        return Moment(SETTINGS, now, local_day(now, ZONE))


KNOWN = Known({}, {}, {}, ())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, ClassCampus())


def test_an_increment_taken_in_again_changes_nothing(bench: Bench) -> None:
    bench.on(30)
    before = [bench.rows(table) for table in ("activity_day", "submission", "enrolment", "assessment")]
    bench.on(30)
    assert [bench.rows(table) for table in ("activity_day", "submission", "enrolment", "assessment")] == before


def test_the_second_reading_asks_only_for_what_is_new_and_comes_to_the_same(bench: Bench, tmp_path: Path) -> None:
    for day in (10, 20, 30):
        bench.on(day)
    asked = [since for what, since in bench.campus.reads if what == "activity"]
    assert asked[0] is None
    assert [since.astimezone(ZONE).date() for since in asked[1:]] == [STARTS + timedelta(days=day) for day in (8, 18)]
    (tmp_path / "again").mkdir()
    at_once = Bench(tmp_path / "again", ClassCampus())
    at_once.on(30)
    assert bench.rows() == at_once.rows()
    assert bench.rows("submission") == at_once.rows("submission")


def test_a_crash_between_reading_and_keeping_loses_and_doubles_nothing(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.on(10)
    kept = bench.rows()
    with monkeypatch.context() as broken:
        broken.setattr(ActivityFiles, "write_section", _fail)
        with pytest.raises(OSError, match="no space"):
            bench.on(20)
    assert bench.rows() == kept
    with bench.files.open_sections([SECTION]) as connection:
        assert read_marks(connection)[1].read_until == noon(10)
    bench.on(20)
    (tmp_path / "again").mkdir()
    undisturbed = Bench(tmp_path / "again", ClassCampus())
    undisturbed.on(20)
    assert bench.rows() == undisturbed.rows()


def _fail(*_: object) -> None:
    raise OSError("no space")


@pytest.mark.parametrize("broken", ["activity", "submissions", "contributions"])
def test_r70_a_reading_that_is_not_whole_leaves_the_section_as_it_was(bench: Bench, broken: str) -> None:
    bench.on(10)
    kept = bench.rows()
    bench.campus.fails = {broken}
    reading = bench.on(11)
    assert bench.rows() == kept
    assert [finding.subject for finding in reading.findings] == [f"section {SECTION}"]


def test_r122_rosters_that_did_not_all_come_stop_the_run(bench: Bench) -> None:
    bench.campus.fails = {"registrations"}
    with pytest.raises(IncompleteFetch):
        bench.on(10)


def test_r122_a_silent_lms_freezes_scores_and_raises_nothing(bench: Bench) -> None:
    assert bench.look(30).alerts
    bench.clock.day = 34
    reading = bench.feed.refresh(TERM)
    found = AlertDetection(bench.feed, load_model()).look_at_term(reading, KNOWN, bench.moment())
    assert (found.alerts, found.scores) == ((), ())
    assert [finding.code for finding in found.findings] == ["PV201"]
    assert "48 hours" in found.findings[0].message


def test_r122_a_section_that_cannot_be_read_for_two_days_is_frozen_alone(bench: Bench) -> None:
    bench.on(20)
    bench.campus.fails = {"submissions"}
    found = bench.look(23)
    assert found.alerts == ()
    assert found.counts["frozen sections"] == 1


def test_r118_r119_nobody_is_alerted_in_the_first_days_or_after_leaving(bench: Bench) -> None:
    early = bench.look(13)
    assert early.alerts == ()
    quiet = bench.campus.students - 1
    bench.campus.dropped = {quiet: STARTS + timedelta(days=20)}
    assert bench.campus.handle(quiet) not in {alert.person for alert in bench.look(30).alerts}


def test_r119_nobody_is_alerted_on_the_day_of_leaving_itself(bench: Bench) -> None:
    quiet = bench.campus.students - 1
    bench.campus.dropped = {quiet: STARTS + timedelta(days=30)}
    found = bench.look(30)
    assert bench.campus.handle(quiet) not in {one.person for one in (*found.alerts, *found.scores)}
    assert found.counts["not alerted, left the class"] == 1


def test_r120_labs_are_not_followed(bench: Bench) -> None:
    assert bench.on(10).sections == (SECTION,)


def test_r123_small_sections_compare_nobody(tmp_path: Path) -> None:
    found = Bench(tmp_path, ClassCampus(students=9)).look(30)
    assert found.alerts == ()
    assert found.counts["not alerted, small section"] > 0


def test_r117_silence_means_nothing_where_hardly_anybody_uses_the_lms(tmp_path: Path) -> None:
    bench = Bench(tmp_path, ClassCampus(quiet=20, stops=0))
    found = bench.look(30)
    assert not [alert for alert in found.alerts if alert.issue in {"engagement", "participation"}]


def test_a_column_marked_otherwise_than_before_reaches_no_score(bench: Bench) -> None:
    bench.on(17)
    steady = bench.look(17)
    bench.campus.marks = {(1, n): Decimal(20 if n % 2 else 0) for n in range(24)}
    bench.feed.refresh(TERM)
    with bench.files.open_sections([SECTION]) as connection:
        connection.execute("UPDATE feed_mark SET read_until = ?", [noon(1).isoformat()])
        bench.files.write_section(connection, SECTION, 1)
    found = bench.look(17)
    assert [finding.code for finding in found.findings] == ["PV205"]
    assert "0, 1 or full" in found.findings[0].message
    assert all(alert.features["mark"] is None for alert in found.alerts)
    assert steady.findings == ()
    held = bench.rows("assignment")
    assert [row[6] is not None for row in held if row[2] == 501] == [True]


def test_s74_one_event_scores_one_student_and_touches_no_other(bench: Bench) -> None:
    bench.look(30)
    before = {path.name: path.read_bytes() for path in bench.folder.iterdir()}
    reading = bench.feed.files.read_numbers(TERM)
    person = bench.campus.handle(23)
    detection = AlertDetection(bench.feed, load_model())
    found = detection.look_at_students(reading, (SECTION, [person]), KNOWN, bench.moment())
    assert found.counts["scored"] == 1
    assert {alert.person for alert in found.alerts} == {person}
    steady = detection.look_at_students(reading, (SECTION, [bench.campus.handle(0)]), KNOWN, bench.moment())
    assert (steady.counts["scored"], steady.alerts) == (1, ())
    both = detection.look_at_students(reading, (SECTION, [person, bench.campus.handle(0)]), KNOWN, bench.moment())
    assert (both.counts["scored"], both.alerts) == (2, found.alerts)
    assert {path.name: path.read_bytes() for path in bench.folder.iterdir()} == before


def test_an_event_about_nobody_we_follow_scores_nobody(bench: Bench) -> None:
    bench.look(30)
    detection, numbers = AlertDetection(bench.feed, load_model()), bench.files.read_numbers(TERM)
    stranger = (SECTION, [RecordHandle("per_stranger")])
    assert detection.look_at_students(numbers, stranger, KNOWN, bench.moment()).counts == {}
    elsewhere = (SectionKey(TERM, "99999"), [bench.campus.handle(1)])
    assert detection.look_at_students(numbers, elsewhere, KNOWN, bench.moment()).counts == {}


def test_s132_history_counts_by_how_earlier_courses_ended(bench: Bench) -> None:
    bench.campus.past = [(0, "202610", "BIOL101", "F"), (0, "202610", "MATH101", "W"), (1, "202610", "MATH101", "B")]
    bench.on(10)
    numbers = bench.files.read_numbers(TERM).people
    with bench.files.open_sections([SECTION]) as connection:
        query = "SELECT attempts, earlier_passed, earlier_failed, earlier_withdrawn FROM enrolment WHERE person = ?"
        found = [connection.execute(query, [numbers[bench.campus.handle(n)]]).fetchone() for n in (0, 1, 2)]
    assert found == [(1, 0, 1, 1), (0, 1, 0, 0), (0, 0, 0, 0)]


def test_what_a_whole_section_lacks_moves_no_score(bench: Bench) -> None:
    found = bench.look(30)
    assert all(alert.features["education"] is None for alert in found.alerts)
    assert all(alert.features["credits"] is None for alert in found.alerts)
    model = load_model().phase_at(found.alerts[0].score.week)
    for alert in found.alerts:
        assert alert.inputs["education"] == pytest.approx(model.centres["education"])
        assert alert.inputs["credits"] == pytest.approx(model.centres["credits"])


def test_reasons_name_what_was_seen_and_parts_add_up(bench: Bench) -> None:
    from math import exp

    found = bench.look(30)
    assert {alert.person for alert in found.alerts} == {bench.campus.handle(n) for n in (21, 22, 23)}
    for alert in found.alerts:
        total = alert.score.base + sum(alert.score.parts.values())
        assert 1 / (1 + exp(-total)) == pytest.approx(alert.score.probability)
        assert all("section median" in reason.text or reason.signal in FACTS for reason in alert.score.reasons)


def test_files_at_rest_name_nobody_and_open_only_with_the_key(bench: Bench, tmp_path: Path) -> None:
    bench.look(30)
    files = list(bench.folder.iterdir())
    assert {path.suffix for path in files} == {".numbers", ".section", ".norms"}
    for path in files:
        assert path.stat().st_mode & 0o077 == 0
        data = path.read_bytes()
        assert not any(str(handle).encode() in data for handle in bench.campus.handles.values())
        assert b"BIOL101" not in data
    other = ActivityFiles(bench.folder, KeyRing.open(tmp_path / "other"))
    with pytest.raises(Exception, match="does not open"):
        other.read_numbers(TERM)


def test_e18_forgetting_takes_a_person_out_of_every_table(bench: Bench) -> None:
    bench.on(30)
    person = bench.campus.handle(3)
    number = bench.files.read_numbers(TERM).people[person]
    bench.files.forget_person(person)
    assert person not in bench.files.read_numbers(TERM).people
    assert number not in {row[2] for row in bench.rows("enrolment")}
    left = {row[0] for row in bench.rows("enrolment")}
    assert {row[0] for row in bench.rows()} <= left


def test_r125_no_table_has_a_column_for_a_protected_attribute(bench: Bench) -> None:
    from domain.rules.alerts import PROTECTED

    with bench.files.open_sections([SECTION]) as connection:
        columns = {row[0] for row in connection.execute("SELECT column_name FROM duckdb_columns()").fetchall()}
    assert not columns & PROTECTED


def test_r122_nothing_follows_from_the_silence_of_somebody_whom_the_lms_does_not_have(bench: Bench) -> None:
    bench.campus.unknown_to_lms = {22}
    found = bench.look(30)
    assert {alert.person for alert in found.alerts} == {bench.campus.handle(n) for n in (21, 23)}
    assert found.counts["not alerted, not in the LMS"] == 1


def test_r134_a_section_that_has_ended_is_not_scored(bench: Bench) -> None:
    after = (ENDS - STARTS).days + 1
    assert bench.look(after).alerts == ()
