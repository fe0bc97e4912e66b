"""A campus in its grading week: the section with most to carry, its instructor's word, and the run that carries it."""

from collections import Counter
from datetime import datetime

from domain.errors import InvalidRecord
from domain.grade_holds import HoldState
from domain.grades import GradeColumn
from domain.ids import Crn, SectionKey, TermCode
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import Trial
from graphs.grade_desk import GradeDesk
from graphs.grade_specialist import GradeRequest
from graphs.reports import RunReport
from graphs.runner import new_run
from graphs.sheet_view import SheetView
from simulator.banner.tables import Registration, Section

TERM = "202680"
GRADING_DAY = datetime.fromisoformat("2026-12-10T09:00-05:00")
FINAL = GradeColumn.FINAL
REGISTRAR = Principal(id="ruth", kind=PrincipalKind.PERSON, roles=frozenset({Role.REGISTRAR}))


def richest_section(site: Trial) -> Section:
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
