"""Engagement, aid and reporting: dates for the offices that decide (R99 to R109, R116)."""

from collections.abc import Iterator
from datetime import date

from agents.drop.academics import change_of_load
from agents.drop.names import FigureName, NoticeName, QuestionName
from agents.drop.situation import Situation, ask, counted, dated, tell, worded
from agents.drop.statement import Line, Unit
from domain.drops import DropKind
from domain.engagement import EngagementRead
from domain.rules.drop.aid import AidDates, AidQuestion, EnrolmentReport, aid_dates, aid_question, enrolment_report
from domain.rules.drop.aid_days import PeriodShare, days_through
from domain.rules.drop.attendance import Attendance, attendance_of
from domain.rules.drop.engagement import LastDays, last_days, may_count_as_attendance
from domain.rules.drop.evidence import may_end_access

_BY_CALENDAR = "the policy's own calendar"
_RULES = {
    AidQuestion.LOAD_ONLY: "R105",
    AidQuestion.MODULES: "R106",
    AidQuestion.WITHDRAWAL: "R104",
    AidQuestion.NO_AID: "R104",
}


def engagement_lines(case: Situation) -> Iterator[Line]:
    """Show the last engagement and the last access apart; only a complete reading shows either (R99, R100)."""
    read = case.facts.engagement
    if read is None or not read.complete:
        yield ask(QuestionName.ENGAGEMENT, "R99", case.office)
        return
    days, source = last_days(read, case.table.zone), f"{read.system}, read {read.read_at.isoformat()}"
    row = "34 CFR 600.2"
    if days.engaged_on is not None:
        yield dated(FigureName.LAST_ENGAGEMENT, days.engaged_on, rule="R99", row=row, source=source)
    if days.accessed_on is not None:
        yield dated(FigureName.LAST_ACCESS, days.accessed_on, rule="R100", row=row, source=source)
    yield from _attendance(case, days)
    yield from _evidence(case, read)


def _attendance(case: Situation, days: LastDays) -> Iterator[Line]:
    """Tell of a student who never began, once compliance has agreed that engagement shows it (R101, R102)."""
    begun = case.left_on is not None and case.left_on >= case.table.dates.start_on
    if not begun or case.left_on is None or attendance_of(days) is not Attendance.NEVER:
        return
    practice = case.table.standards.attendance
    if may_count_as_attendance(practice, case.left_on):
        yield tell(NoticeName.NEVER_ATTENDED, "R102", case.standing("attendance.confirmed_on"), office=case.office)
    else:
        yield ask(QuestionName.ATTENDANCE, "R101", practice.office)


def _evidence(case: Situation, read: EngagementRead) -> Iterator[Line]:
    drop = case.facts.drop
    if drop.kind is DropKind.REGISTERED and not may_end_access(read, drop.at):
        yield ask(QuestionName.EVIDENCE, "R116", case.office)


def aid_lines(case: Situation) -> Iterator[Line]:
    """Say whether the aid office must look, with every date it asks for; it alone decides (R104 to R107)."""
    facts, office = case.facts, case.table.standards.aid.office
    question = aid_question(facts.drop, facts.schedule, facts.flags, case.table.policy.whole_term_part)
    if question is AidQuestion.UNKNOWN:
        if facts.flags is not None and facts.flags.federal_aid is None:
            yield ask(QuestionName.AID, "R104", office)
        return
    rule, source = _RULES[question], facts.flags.source if facts.flags else ""
    yield worded(FigureName.AID_QUESTION, question.value, rule=rule, row=case.standing("aid"), source=source)
    if question in {AidQuestion.WITHDRAWAL, AidQuestion.MODULES} and case.left_on is not None:
        yield tell(NoticeName.AID_OFFICE_DECIDES, rule, case.standing("aid.office"), office=office)
        yield from _dates(case, case.left_on)


def _dates(case: Situation, left_on: date) -> Iterator[Line]:
    dates = aid_dates(
        last_days(case.facts.engagement, case.table.zone), case.table, determined_on=left_on, notified_on=left_on
    )
    of, period = case.facts.drop.source, case.dated("start_on to end_on, breaks")
    standards = case.table.standards.aid
    in_all = days_through(case.table.dates.end_on, case.table.dates, standards.break_days_excluded_from)
    yield dated(FigureName.NOTIFIED_ON, left_on, rule="R108", row=case.standing("aid"), source=of)
    yield counted(FigureName.DAYS_IN_ALL, in_all, Unit.COUNT, rule="R104", row=period, source=_BY_CALENDAR)
    yield from _shares(case, dates, period)
    if dates.earned_after is not None:
        row = case.standing("aid.earned_percent")
        yield dated(FigureName.EARNED_AFTER, dates.earned_after, rule="R104", row=row, source=_BY_CALENDAR)
    if dates.midpoint_on is not None:
        yield dated(FigureName.MIDPOINT, dates.midpoint_on, rule="R104", row=period, source=_BY_CALENDAR)
    if dates.determine_by_on is not None:
        row = case.standing("aid.determination_days")
        yield dated(FigureName.DETERMINE_BY, dates.determine_by_on, rule="R107", row=row, source=of)
    row = case.standing("aid.return_days")
    yield dated(FigureName.RETURN_BY, dates.return_by_on, rule="R107", row=row, source=of)


def _shares(case: Situation, dates: AidDates, row: str) -> Iterator[Line]:
    read = case.facts.engagement
    events = f"{read.system}, read {read.read_at.isoformat()}" if read else ""
    for share, days, percent, source in (
        (dates.engaged, FigureName.DAYS_THROUGH_ENGAGEMENT, FigureName.SHARE_THROUGH_ENGAGEMENT, events),
        (dates.notified, FigureName.DAYS_THROUGH_NOTICE, FigureName.SHARE_THROUGH_NOTICE, case.facts.drop.source),
    ):
        if share is not None:
            yield from _share(share, days, percent, row=row, source=source)


def _share(share: PeriodShare, days: FigureName, percent: FigureName, *, row: str, source: object) -> Iterator[Line]:
    yield counted(days, share.completed, Unit.COUNT, rule="R104", row=row, source=source)
    yield counted(percent, share.percent, Unit.PERCENT, rule="R104", row=row, source=source)


def report_lines(case: Situation) -> Iterator[Line]:
    """Say what is reported of the enrolment, and by when; who is expected back has not left (R108, R109)."""
    facts, change = case.facts, change_of_load(case)
    report = enrolment_report(facts.schedule, facts.flags, case.table.dates)
    if report is EnrolmentReport.UNKNOWN:
        if facts.schedule is not None:
            yield ask(QuestionName.EXPECTED_BACK, "R109", case.office)
        return
    if report is EnrolmentReport.LOAD and (change is None or not change.changes):
        return
    row = case.standing("aid.report_days")
    rule = "R109" if report is EnrolmentReport.EXPECTED_BACK else "R108"
    yield worded(FigureName.ENROLMENT_REPORT, report.value, rule=rule, row=row, source=facts.drop.source)
    if report is not EnrolmentReport.EXPECTED_BACK and case.left_on is not None:
        last = last_days(facts.engagement, case.table.zone)
        by = aid_dates(last, case.table, determined_on=case.left_on).report_by_on
        yield dated(FigureName.REPORT_BY, by, rule="R108", row=row, source=facts.drop.source)
