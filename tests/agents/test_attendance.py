"""The attendance report's judgements and its file, on seats written by hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agents.attendance import COLUMNS, Seat, Sight, judge_seats, write_report
from agents.attendance.judging import Judged, earned_after
from agents.attendance.seats import Gap
from domain.engagement import EngagementEvent, EngagementKind
from domain.grades import GradeMeaning
from domain.ids import Crn, RecordHandle, SectionKey, TermCode
from domain.learning import Attendance, AttendanceMark

ZONE = ZoneInfo("America/New_York")
TERM = TermCode("202680")
ANN, BOB = RecordHandle("per_ann"), RecordHandle("per_bob")
START, CENSUS, END = date(2026, 8, 24), date(2026, 9, 7), date(2026, 12, 11)
TODAY = date(2026, 10, 1)


def event(day: date, kind: EngagementKind = EngagementKind.SUBMISSION, hour: int = 16) -> EngagementEvent:
    return EngagementEvent(
        kind=kind, at=datetime(day.year, day.month, day.day, hour, tzinfo=UTC), record=f"{kind} {day}"
    )


def sight(*events: EngagementEvent, person: RecordHandle = ANN, crn: str = "1", **more: object) -> Sight:
    section = SectionKey(TERM, Crn(crn))
    seat = Seat(
        section=section,
        person=person,
        course="MATH 101",
        department="MATH",
        start_on=START,
        end_on=END,
        census_on=CENSUS,
    )
    return Sight.model_validate({"seat": seat, "events": events, "whole": True, "used": True, **more})


def mark(day: date, word: AttendanceMark) -> Attendance:
    return Attendance(section=SectionKey(TERM, Crn("1")), person=ANN, day=day, mark=word)


def judge(*sights: Sight, today: date = TODAY) -> tuple[Judged, ...]:
    return judge_seats(sights, today, ZONE)


def never(one: Sight, today: date = TODAY) -> tuple[str, str]:
    found = judge(one, today=today)[0].never
    return found.word, found.reason


def test_r99_r102_looks_alone_are_no_attendance() -> None:
    looked = sight(event(START, EngagementKind.PAGE_VIEW), event(START, EngagementKind.LOGIN), accessed_on=START)
    (found,) = judge(looked)
    assert found.never.word == "yes"
    assert (found.days.last, found.sight.accessed_on) == (None, START)
    assert found.discrepancy == "seen in the LMS, never engaged"


def test_r102_one_piece_of_work_by_census_is_enough() -> None:
    assert never(sight(event(CENSUS), whole=False)) == ("no", "")
    assert never(sight(event(CENSUS + timedelta(days=1))))[0] == "after census"


def test_r114_census_ends_on_campus_not_in_utc() -> None:
    late_on_census = event(CENSUS + timedelta(days=1), hour=3)
    assert never(sight(late_on_census))[0] == "no"
    assert never(sight(event(CENSUS + timedelta(days=1), hour=4)))[0] == "after census"


def test_r102_until_census_it_is_not_yet_and_before_the_first_day_nothing() -> None:
    assert never(sight(), CENSUS) == ("not yet", "")
    assert never(sight(), CENSUS + timedelta(days=1)) == ("yes", "")
    assert never(sight(), START - timedelta(days=1)) == ("", "the class has not begun")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"whole": False}, "engagement was not read whole"),
        ({"gaps": {Gap.ATTENDANCE}}, "attendance was not read"),
        ({"gaps": {Gap.OTHER_LMS}}, "class is taught outside this LMS"),
        ({"used": False}, "the class keeps no attendance and most of it was not engaged in the LMS by census"),
        ({"kept": True}, "attendance was kept of others only"),
        ({"kept": True, "marks": [mark(START, AttendanceMark.UNKNOWN)]}, "an attendance mark is not known"),
    ],
)
def test_r122_silence_that_proves_nothing_is_empty_with_its_reason(more: dict[str, object], reason: str) -> None:
    assert never(sight(**more)) == ("", reason)


def test_r100_a_meeting_attended_counts_and_the_systems_disagreement_is_told() -> None:
    (found,) = judge(sight(kept=True, marks=[mark(START, AttendanceMark.PARTLY)]))
    assert (found.never.word, found.days.engaged_by, found.days.present) == ("no", "class_attended", 1)
    assert found.discrepancy == "present in the SIS, never seen in the LMS"
    (other,) = judge(sight(event(START), accessed_on=START, kept=True, marks=[mark(START, AttendanceMark.ABSENT)]))
    assert other.discrepancy == "never present in the SIS, engaged in the LMS"


def test_r103_all_failed_without_engagement_past_sixty_percent_is_suspected() -> None:
    point = earned_after([sight()])
    assert point == date(2026, 10, 29)
    failed = {"letter": "F", "meaning": GradeMeaning.FAILING}
    early, late = event(START), event(point)
    before = judge(sight(early, **failed), sight(early, crn="2", **failed), today=END)
    assert {(one.left.word, one.left.rule) for one in before} == {("yes", "R103")}
    after = judge(sight(early, **failed), sight(late, crn="2", **failed), today=END)
    assert {one.left.word for one in after} == {"no"}
    passed = judge(sight(early, **failed), sight(early, crn="2", letter="C", meaning=GradeMeaning.PASSING), today=END)
    assert {one.left.word for one in passed} == {"no"}


def test_r103_an_incomplete_or_an_unread_class_leaves_it_unknown() -> None:
    failed = {"letter": "F", "meaning": GradeMeaning.FAILING}
    open_grade = judge(sight(event(START), **failed), sight(crn="2", letter="I", meaning=GradeMeaning.INCOMPLETE))
    assert {one.left.word for one in open_grade} == {""}
    unread = judge(sight(event(START), **failed, whole=False))
    assert (unread[0].left.word, bool(unread[0].left.reason)) == ("", True)


def test_r103_before_grades_all_classes_must_be_silent_for_two_weeks() -> None:
    old, fresh = event(TODAY - timedelta(days=14)), event(TODAY - timedelta(days=13))
    gone = judge(sight(old), sight(old, crn="2"))
    assert {(one.left.word, one.left.rule) for one in gone} == {("yes", "R103 before grades")}
    assert {one.left.word for one in judge(sight(old), sight(fresh, crn="2"))} == {"no"}
    assert {one.left.word for one in judge(sight(old), sight(old, crn="2", whole=False))} == {""}
    assert judge(sight(), today=START + timedelta(days=10))[0].left.word == ""


def test_s216_the_same_inputs_give_the_same_bytes_in_order_whatever_order_they_come_in() -> None:
    seats = [sight(event(START), crn="2"), sight(person=BOB), sight(event(START))]
    first, content = write_report(TERM, TODAY, judge(*seats))
    again, same = write_report(TERM, TODAY, judge(*reversed(seats)))
    assert (first, content) == (again, same)
    lines = content.decode("utf-8").split("\n")
    assert tuple(lines[0].split(",")) == COLUMNS
    assert [line.split(",")[2:4] for line in lines[1:4]] == [
        ["202680-1", "per_ann"],
        ["202680-1", "per_bob"],
        ["202680-2", "per_ann"],
    ]
    assert (first.lines, lines[-1], first.sha256[:12] in first.name) == (3, "", True)


def test_r122_what_is_not_known_is_empty_and_says_why() -> None:
    blind = sight(whole=False, gaps={Gap.LAST_ACCESS, Gap.ENGAGEMENT, Gap.ATTENDANCE})
    _, content = write_report(TERM, TODAY, judge(blind))
    cells = dict(zip(COLUMNS, content.decode().split("\n")[1].split(","), strict=True))
    for column in ("lms_last_access_on", "sis_present", "sis_absent", "never_attended_by_census"):
        assert cells[column] == ""
    assert "attendance was not read" in cells["not_known"]
    assert "last access was not read" in cells["not_known"]
    assert "no" not in {cells["never_attended_by_census"], cells["unofficial_withdrawal_suspected"]}
