"""Both systems side by side, indexed by normalised keys, so that each check is a look-up.

Built once per run from the snapshots. SIS ids live here and nowhere further on.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from agents.roster.snapshots import RosterSnapshots
from domain.calendar import local_day
from domain.ids import Crn, LmsCourseId, SectionKey, SisCourseId, SisPersonId, TermCode
from domain.institution import Institution
from domain.lms import LmsCourse, LmsSection, LmsUser
from domain.records import Person, Section
from domain.rules.cross_lists import course_homes
from domain.rules.identity import login_key
from domain.rules.sections import lectures_with_labs
from store.staging_tables import person_text, section_text


@dataclass(slots=True)
class Campus:
    """The indexed snapshots of one term with the institution's facts and the time of the run."""

    snapshots: RosterSnapshots
    institution: Institution
    now: datetime
    sections: dict[str, Section] = field(default_factory=dict)
    lms_sections: dict[str, LmsSection] = field(default_factory=dict)
    courses: dict[LmsCourseId, LmsCourse] = field(default_factory=dict)
    courses_by_sis_id: dict[SisCourseId, LmsCourse] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    present_ids: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, list[LmsUser]] = field(default_factory=dict)
    claimed_logins: dict[str, LmsUser] = field(default_factory=dict)
    taken_emails: frozenset[str] = frozenset()
    deleted_accounts: tuple[LmsUser, ...] = ()
    homes: dict[SectionKey, SisCourseId] = field(default_factory=dict)
    lectures: frozenset[SectionKey] = frozenset()

    @property
    def today(self) -> date:
        """The campus day of the run."""
        return local_day(self.now, self.institution.zone)

    def person_key(self, sis_id: SisPersonId) -> str:
        """Return the staged key of a person under their present id, whichever id the row carries (R3, R11)."""
        text = person_text(sis_id)
        return self.present_ids.get(text, text)

    def sis_id(self, person_key: str) -> SisPersonId:
        """Return the id the SIS gives, or the key itself for somebody it does not list."""
        known = self.people.get(person_key)
        return known.sis_id if known else SisPersonId(person_key)

    def section_key(self, section_text_key: str) -> SectionKey:
        """Return the section as the SIS writes it, else as the LMS does."""
        known = self.sections.get(section_text_key)
        if known is not None:
            return known.key
        found = self.lms_sections.get(section_text_key)
        if found is not None and found.key is not None:
            return found.key
        term, _, crn = section_text_key.partition("-")
        return SectionKey(TermCode(term), Crn(crn))

    def course_of(self, section_text_key: str) -> LmsCourse | None:
        """Return the LMS course in which the section now hangs."""
        found = self.lms_sections.get(section_text_key)
        return self.courses.get(found.course) if found else None


def index_campus(snapshots: RosterSnapshots, institution: Institution, now: datetime) -> Campus:
    """Index the snapshots; among sections or people with one key the first row is kept."""
    campus = Campus(snapshots, institution, now)
    for section in snapshots.sections.rows:
        campus.sections.setdefault(section_text(section.key), section)
    for found in snapshots.lms_sections.rows:
        if found.key is not None:
            campus.lms_sections.setdefault(section_text(found.key), found)
    campus.courses = {course.id: course for course in snapshots.courses.rows}
    campus.courses_by_sis_id = {
        course.sis_course_id: course for course in snapshots.courses.rows if course.sis_course_id
    }
    campus.homes = course_homes(snapshots.sections.rows)
    campus.lectures = lectures_with_labs(snapshots.sections.rows)
    _index_people(campus)
    return campus


def _index_people(campus: Campus) -> None:
    for person in campus.snapshots.people.rows:
        campus.people.setdefault(person_text(person.sis_id), person)
    for person in campus.snapshots.people.rows:
        for prior in person.prior_sis_ids:
            if person_text(prior) not in campus.people:
                campus.present_ids[person_text(prior)] = person_text(person.sis_id)
    accounts: dict[str, list[LmsUser]] = defaultdict(list)
    living = [user for user in campus.snapshots.users.rows if not user.deleted]
    for user in living:
        if user.sis_id is not None:
            accounts[campus.person_key(user.sis_id)].append(user)
        elif user.login:
            campus.claimed_logins.setdefault(login_key(user.login), user)
    campus.accounts = dict(accounts)
    campus.taken_emails = frozenset(login_key(user.email) for user in living if user.email)
    campus.deleted_accounts = tuple(user for user in campus.snapshots.users.rows if user.deleted)
