"""A week in class, on a second, small campus in the middle of its term: interim grades, a withdrawal, early alerts.

Each goes its way through the same governance as the roster: what is carried was attested or approved by a person of
the demonstration, whose token counts on loopback only. What was planted is looked up after the last run.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.drop.kept import KeptDrop
from domain.alerting import AlertState
from domain.grade_holds import HoldState
from domain.grades import GradeColumn
from domain.ids import PrincipalId, SectionKey, SisPersonId, TermCode
from domain.principals import Principal, PrincipalKind, Role
from domain.records import Registration, RegistrationStatus, Section
from evals.campus_process import CampusProcess, campus_arguments
from evals.installation import write_installation
from graphs.reports import Outcomes, RunReport
from store.alerts import Alert

if TYPE_CHECKING:
    from domain.ports import FeedEvent
    from graphs.assembly import Provost
    from graphs.sheet_view import SheetView

STUDENTS, TERM = 120, TermCode("202680")
DAY = datetime.fromisoformat("2026-10-26T09:00-04:00")
_SECTIONS_TRIED, _LEAST_GRADES, _CLASSES_HELD = 8, 5, 3


@dataclass
class Week:
    """The campus, the installation on it, and who acts."""

    campus: CampusProcess
    provost: "Provost"
    registrar: Principal

    def approve(self, report: RunReport) -> Outcomes:
        """Let the registrar approve whatever of a run waits for a registrar, and count what was written."""
        mine = [plan for plan in report.held if plan.approver_role == Role.REGISTRAR.value]
        outcomes = Outcomes()
        for plan in mine:
            answer = self.provost.answer(plan.approval_id, self.registrar, "approve", plan_hash=plan.plan_hash)
            outcomes = outcomes.plus(answer.outcomes)
        return outcomes

    def registrations(self) -> list[Registration]:
        """Return who is registered this term."""
        rows = self.provost.sis.read_registrations(TERM).rows
        return [row for row in rows if row.status is RegistrationStatus.REGISTERED]


@dataclass
class GradesShown:
    """One section's interim grades: the sheet as its instructor saw it, and what the SIS took."""

    section: SectionKey
    sheet: "SheetView"
    outcomes: Outcomes


@dataclass
class DropShown:
    """One withdrawal: what its statement says, and what was written before and after the approval."""

    kept: KeptDrop
    at_once: Outcomes
    approved: Outcomes


@dataclass
class AlertsShown:
    """One look at the term: the numbers, the first alert, and how many that were planted as silent were found."""

    report: RunReport
    first: Alert | None
    planted: int
    found: int


@contextmanager
def open_week(home: Path, seed: int) -> Iterator[Week]:
    """Start the campus and an installation on it in a folder of its own, its rosters already in line."""
    from graphs.assembly import assemble
    from graphs.settings import load_settings

    arguments = campus_arguments(
        students=STUDENTS, seed=seed, term=TERM, world="synthetic", data=None, learning="planted", as_of=DAY
    )
    with CampusProcess(arguments) as campus:
        settings_file = write_installation(campus.handle, home)
        open_interim_windows(home / "institution.yaml")
        with assemble(load_settings(file=settings_file)) as provost:
            provost.reconcile(TERM)
            yield Week(campus, provost, _principal(provost, "week-registrar", Role.REGISTRAR))


def open_interim_windows(file: Path) -> None:
    """Say in the institution's file that interim grades are taken in these weeks (R94)."""
    import yaml

    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    (term,) = [one for one in content["calendars"] if one["term"] == TERM]
    content["grading"]["interim"] = [
        {"part": part["code"], "open_on": part["start_on"], "freeze_on": part["withdraw_end_on"]}
        for part in term["parts"]
    ]
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _principal(provost: "Provost", name: str, role: Role, person: SisPersonId | None = None) -> Principal:
    handle = provost.identities.handles([person])[person] if person else None
    token = provost.principals.add(PrincipalId(name), PrincipalKind.PERSON, [role], person=handle, demo=True)
    return provost.principals.verify(token, loopback=True)


def show_grades(week: Week) -> GradesShown | None:
    """Attest one section's interim sheet as its instructor of record and carry it; None where no section has grades."""
    found = next(_gradable(week), None)
    if found is None:
        return None
    from graphs.grade_desk import GradeDesk
    from graphs.grade_specialist import GradeRequest
    from graphs.runner import new_run

    section, teacher, sheet = found
    desk, column = GradeDesk(week.provost), GradeColumn.INTERIM
    for question in sheet.looked.questions:
        desk.answer(teacher, question.id, HoldState.CONFIRMED, "I looked at the work.")
    desk.attest(teacher, section, column, desk.sheet(teacher, section, column).looked.sheet.hash)
    report = week.provost.work(GradeRequest(run=new_run(), term=TERM, section=section, column=column))
    return GradesShown(section, sheet, report.outcomes.plus(week.approve(report)))


def _gradable(week: Week) -> Iterator[tuple[SectionKey, Principal, "SheetView"]]:
    """Yield sections with grades that may go, those in which somebody is kept first, and their instructors."""
    from domain.errors import ProvostError
    from graphs.grade_desk import GradeDesk

    counts = Counter(row.section for row in week.registrations())
    sections = {one.key: one for one in week.provost.sis.read_sections(TERM).rows if _taught(one)}
    largest = [key for key, _ in counts.most_common() if key in sections]
    tried = []
    for key in islice(largest, _SECTIONS_TRIED):
        first = next(one for one in sections[key].instructors if not one.assistant)
        teacher = _principal(week.provost, f"week-instructor-{key.crn}", Role.INSTRUCTOR, first.sis_id)
        try:
            sheet = GradeDesk(week.provost).sheet(teacher, key, GradeColumn.INTERIM)
        except ProvostError:
            continue
        if len(sheet.looked.sheet.lines) >= _LEAST_GRADES and not sheet.looked.sheet.stops:
            tried.append((key, teacher, sheet))
    yield from sorted(tried, key=lambda one: -len(one[2].looked.holds))


def _taught(section: Section) -> bool:
    return section.lms == "canvas" and any(not one.assistant for one in section.instructors)


def show_drop(week: Week) -> DropShown | None:
    """Let a student with several classes leave one, and carry it; None where nobody could."""
    from graphs.runner import run_of_event
    from graphs.subscriptions import DROP_WITHDRAWAL

    held = week.registrations()
    several = Counter(row.person for row in held)
    leaver = next((row for row in held if several[row.person] >= _CLASSES_HELD and not _has_lab(week, row)), None)
    if leaver is None:
        return None
    _take_events(week)
    week.campus.leave(leaver.person, leaver.section.term, leaver.section.crn)
    event = next(each for each in _take_events(week) if each.resource == "section-registrations")
    run = run_of_event(event, DROP_WITHDRAWAL)
    report = week.provost.work_from(DROP_WITHDRAWAL, run, event.model_dump(mode="json"))
    row = week.provost.drops.statement(run)
    if report is None or row is None or row.text is None:
        return None
    return DropShown(KeptDrop.model_validate_json(row.text), report.outcomes, week.approve(report))


def _has_lab(week: Week, row: Registration) -> bool:
    """Whether a class goes together with another, which would leave with it."""
    section = week.provost.sis.read_section(row.section)
    return section is None or section.linked_to is not None or not _taught(section)


def _take_events(week: Week) -> list["FeedEvent"]:
    found: list[FeedEvent] = []
    while events := week.provost.feed.read_events(limit=100):
        found.extend(events)
        week.provost.feed.acknowledge(events[-1])
    return found


def show_alerts(week: Week) -> AlertsShown:
    """Look at the whole term, then see how many of those planted as silent were found."""
    from graphs.early_alert import AlertRequest
    from graphs.runner import new_run

    report = week.provost.work(AlertRequest(run=new_run(), term=TERM))
    alerts = [one for one in week.provost.alerts.of_term(TERM) if one.state is AlertState.OPEN]
    people = {week.provost.identities.person(one.person) for one in alerts}
    running = {str(one.key) for one in week.provost.sis.read_sections(TERM).rows if one.end_on >= DAY.date()}
    planted = [one for one in week.campus.answer_key()["learning"] if one["keys"].get("sisSectionId") in running]
    silent = {one["keys"]["bannerId"] for one in planted if _is_long_silent(one)}
    worded = [one for one in alerts if one.detail is not None and one.detail.reasons]
    first = max(worded, key=lambda one: one.detail.risk if one.detail else 0, default=None)
    return AlertsShown(report, first, len(silent), len(silent & people))


def _is_long_silent(planted: Mapping[str, Any]) -> bool:
    """Whether a planted student never came, or has been silent for four weeks by now."""
    since = datetime.fromisoformat(planted["at"]) if planted.get("at") else DAY
    return planted["kind"] == "never attended" or (planted["kind"] == "disengaged" and DAY - since >= _LONG)


_LONG = timedelta(days=28)
