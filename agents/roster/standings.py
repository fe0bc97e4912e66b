"""Where each section and each person stands: ours to change or not, provisioned or not (R3 to R8, R32 to R44)."""

from collections.abc import Iterator

from agents.roster.campus import Campus
from domain.calendar import TermPhase, term_phase
from domain.lms import LmsUser
from domain.records import Person, Section
from domain.rules.cross_lists import is_misplaced
from domain.rules.facts import PersonStanding, SectionStanding
from domain.rules.identity import carries_earlier_id, id_holder, is_temporary, login_key
from domain.rules.sections import is_concluded, scope_of
from store.staging_tables import person_text


def section_standings(campus: Campus) -> dict[str, SectionStanding]:
    """Return the standing of every section that either system knows, by staged key."""
    standings = {key: _sis_section(campus, key, section) for key, section in campus.sections.items()}
    for key in campus.lms_sections:
        if key not in standings:
            standings[key] = _lms_section(campus, key)
    return standings


def _sis_section(campus: Campus, key: str, section: Section) -> SectionStanding:
    scope = scope_of(section, campus.institution, campus.today)
    if scope is not SectionStanding.LIVE:
        return scope
    if key not in campus.lms_sections:
        return SectionStanding.NO_LMS_SECTION
    course = campus.course_of(key)
    if course is not None and is_concluded(course.state):
        return SectionStanding.CONCLUDED
    found = course.sis_course_id if course else None
    return SectionStanding.MISPLACED if is_misplaced(campus.homes[section.key], found) else SectionStanding.LIVE


def _lms_section(campus: Campus, key: str) -> SectionStanding:
    """A section that only the LMS has: of a closed term it is left in peace (R34)."""
    phase = term_phase(campus.section_key(key).term, campus.institution, campus.today)
    return SectionStanding.TERM_CLOSED if phase is TermPhase.CLOSED else SectionStanding.UNKNOWN_TO_SIS


def person_standings(campus: Campus) -> dict[str, PersonStanding]:
    """Return the standing of every person who does not simply have an account, by staged key."""
    standings = dict(_unknown_people(campus))
    for key, person in campus.people.items():
        standing = standing_of(campus, key, person)
        if standing is not PersonStanding.ACCOUNT:
            standings[key] = standing
    return standings


def standing_of(campus: Campus, key: str, person: Person) -> PersonStanding:
    """Return the standing of one person of the SIS."""
    if is_temporary(person.sis_id, campus.institution):
        return PersonStanding.NOT_PROVISIONED
    accounts = campus.accounts.get(key, [])
    if accounts:
        return _with_account(person, accounts)
    if login_key(person.login) in campus.claimed_logins and person.login:
        return PersonStanding.LOGIN_CLAIMED
    if person.login and id_holder(person, campus.deleted_accounts):
        return PersonStanding.ID_HELD
    return PersonStanding.NO_ACCOUNT if person.login else PersonStanding.NO_LOGIN


def _with_account(person: Person, accounts: list[LmsUser]) -> PersonStanding:
    """An account under an earlier id only waits for the new id first (R3)."""
    if all(carries_earlier_id(person, account) for account in accounts):
        return PersonStanding.SIS_ID_CHANGED
    return PersonStanding.ACCOUNT


def _unknown_people(campus: Campus) -> Iterator[tuple[str, PersonStanding]]:
    """People whom only one side names: registered without a record of their own, or in the LMS alone."""
    for registration in campus.snapshots.registrations.rows:
        key = person_text(registration.person)
        if key not in campus.people and key not in campus.present_ids:
            yield key, PersonStanding.NO_LOGIN
    for key in campus.accounts:
        if key not in campus.people:
            yield key, PersonStanding.UNKNOWN_TO_SIS
