"""Reads the whole of a term from both systems at once, for the nightly reconcile (S246).

Each collection says whether it was complete; nothing is concluded here.
"""

from concurrent.futures import ThreadPoolExecutor

from agents.roster.snapshots import RosterSnapshots
from domain.errors import ProvostError
from domain.ids import TermCode
from domain.lms import LmsCourse, LmsEnrollment, LmsSection, LmsUser
from domain.ports import Fetch, LmsReader, SisReader, T
from domain.records import Hold, Person, Registration, Section
from graphs.reports import Progress, ProgressSink, Stage

SisSide = tuple[Fetch[Person], Fetch[Section], Fetch[Registration], Fetch[Hold] | None]
LmsSide = tuple[Fetch[LmsUser], Fetch[LmsCourse], Fetch[LmsSection], Fetch[LmsEnrollment]]


def read_term(sis: SisReader, lms: LmsReader, term: TermCode, progress: ProgressSink) -> RosterSnapshots:
    """Read both systems side by side; raises whatever a connector raises for the term as a whole."""
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="reading") as pool:
        theirs = pool.submit(_read_sis, sis, term, progress)
        ours = pool.submit(_read_lms, lms, term, progress)
        people, sections, registrations, holds = theirs.result()
        users, courses, lms_sections, enrollments = ours.result()
    return RosterSnapshots(term, people, sections, registrations, users, courses, lms_sections, enrollments, holds)


def _read_sis(sis: SisReader, term: TermCode, progress: ProgressSink) -> SisSide:
    people = _told(progress, "people in the SIS", sis.read_people())
    sections = _told(progress, "sections in the SIS", sis.read_sections(term))
    registrations = _told(progress, "registrations in the SIS", sis.read_registrations(term))
    return people, sections, registrations, _read_holds(sis)


def _read_holds(sis: SisReader) -> Fetch[Hold] | None:
    """Read the holds, which only explain what is found; None where the SIS does not give them (R57)."""
    try:
        return sis.read_holds()
    except ProvostError:
        return None


def _read_lms(lms: LmsReader, term: TermCode, progress: ProgressSink) -> LmsSide:
    users = _told(progress, "accounts in the LMS", lms.read_users())
    courses = _told(progress, "courses in the LMS", lms.read_courses(term))
    sections = _told(progress, "sections in the LMS", lms.read_sections(courses.rows))
    return users, courses, sections, _told(progress, "enrolments in the LMS", lms.read_enrollments(sections.rows))


def _told(progress: ProgressSink, label: str, fetch: Fetch[T]) -> Fetch[T]:
    progress(Progress(stage=Stage.DETECT, label=label, done=len(fetch.rows), total=fetch.expected))
    return fetch
