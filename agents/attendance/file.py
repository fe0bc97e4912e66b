"""The file itself: one line per seat, the same bytes for the same inputs, named by its own hash (S215, S216).

Students stand in it as record handles. Who may have SIS ids gets them where the file leaves, in ``names``.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from agents.attendance.judging import Answer, Judged
from agents.attendance.seats import Gap, Sight
from domain.ids import RecordHandle, TermCode
from domain.records import Record

COLUMNS = (
    *("report_day", "term", "section", "student", "course", "department", "census_on"),
    *("lms_last_access_on", "last_engagement_on", "last_engagement_kind", "engagement_read"),
    *("sis_present", "sis_absent", "sis_last_present_on"),
    *("never_attended_by_census", "never_attended_rule", "unofficial_withdrawal_suspected", "unofficial_rule"),
    *("discrepancy", "not_known"),
)
WHOLE, PART, BROKEN = "whole", "submissions and discussions", "incomplete"
"""How far engagement was read: every event, the work of the class at large, or not all that was asked for."""


class ReportFile(Record):
    """One report as written: its name, hash and number of lines."""

    term: TermCode
    day: date
    name: str
    sha256: str
    lines: int


def write_report(
    term: TermCode,
    day: date,
    judged: Sequence[Judged],
    student: Callable[[RecordHandle], str] = str,
) -> tuple[ReportFile, bytes]:
    """Return the file and its bytes: UTF-8, sorted by section and student, lines ended by a line feed."""
    rows = sorted((_row(term, day, one, student(one.sight.seat.person)) for one in judged), key=lambda row: row[2:4])
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    content = text.getvalue().encode("utf-8")
    digest = hashlib.sha256(content).hexdigest()
    name = f"attendance-{term}-{day:%Y%m%d}-{digest[:12]}.csv"
    return ReportFile(term=term, day=day, name=name, sha256=digest, lines=len(rows)), content


def _row(term: TermCode, day: date, one: Judged, student: str) -> list[str]:
    seat, days, gaps = one.sight.seat, one.days, one.sight.gaps
    attended = Gap.ATTENDANCE not in gaps and one.sight.kept
    return [
        *(day.isoformat(), str(term), str(seat.section), student, seat.course, seat.department, _day(seat.census_on)),
        *(_day(one.sight.accessed_on), _day(days.last), days.engaged_by, WHOLE if one.sight.whole else PART),
        *(str(days.present) if attended else "", str(days.absent) if attended else "", _day(days.last_present)),
        *(one.never.word, one.never.rule, one.left.word, one.left.rule),
        *(one.discrepancy, "; ".join(_unknown(one))),
    ]


def _read(sight: Sight) -> str:
    if Gap.OTHER_LMS in sight.gaps:
        return ""
    return WHOLE if sight.whole else BROKEN if Gap.ENGAGEMENT in sight.gaps else PART


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _unknown(one: Judged) -> Iterator[str]:
    """Yield why columns are empty: an empty one is never a no."""
    sight = one.sight
    if sight.accessed_on is None and not sight.gaps & {Gap.LAST_ACCESS, Gap.OTHER_LMS}:
        yield "last access: the LMS has never seen the student in the class"
    if not sight.kept and Gap.ATTENDANCE not in sight.gaps:
        yield "attendance: the class keeps none"
    yield from sorted(gap.value for gap in sight.gaps)
    yield from _reasons(("never attended", one.never), ("unofficial withdrawal", one.left))


def _reasons(*answers: tuple[str, Answer]) -> Iterator[str]:
    yield from (f"{what}: {answer.reason}" for what, answer in answers if answer.reason)
