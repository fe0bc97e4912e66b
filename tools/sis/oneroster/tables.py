"""The files of a OneRoster bundle that rosters need: their columns, and misspellings seen in the field."""

from collections.abc import Mapping
from dataclasses import dataclass

_BASE = ("sourcedId", "status", "dateLastModified")

HEADER_DRIFT: Mapping[str, str] = {
    "grade": "grades",
    "schoolyearid": "schoolYearSourcedId",
    "agents": "agentSourcedIds",
    "orgsourcedid": "orgSourcedIds",
    "termsourcedid": "termSourcedIds",
    "schoolid": "schoolSourcedId",
    "classid": "classSourcedId",
    "userid": "userSourcedId",
}
"""Column names seen in real bundles, in lower case, and what they mean."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One file: its name, every column of the standard for any version, and those nothing can be read without."""

    name: str
    columns: tuple[str, ...]
    required: tuple[str, ...]

    @property
    def file(self) -> str:
        """The file name inside the bundle."""
        return f"{self.name}.csv"


def _table(name: str, required: str, optional: str) -> TableSpec:
    return TableSpec(name, (*_BASE, *required.split(), *optional.split()), ("sourcedId", *required.split()))


ACADEMIC_SESSIONS = _table("academicSessions", "title type startDate endDate", "parentSourcedId schoolYear")
ORGS = _table("orgs", "name type", "identifier parentSourcedId")
COURSES = _table("courses", "title courseCode", "schoolYearSourcedId grades orgSourcedId subjects subjectCodes")
CLASSES = _table(
    "classes",
    "title courseSourcedId termSourcedIds",
    "grades classCode classType location schoolSourcedId subjects subjectCodes periods",
)
ENROLLMENTS = _table("enrollments", "classSourcedId userSourcedId role", "schoolSourcedId primary beginDate endDate")
USERS = _table(
    "users",
    "username givenName familyName",
    "enabledUser orgSourcedIds role userIds middleName identifier email sms phone agentSourcedIds grades password "
    "userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId pronouns",
)
ROLES = _table("roles", "userSourcedId role", "roleType beginDate endDate orgSourcedId userProfileSourcedId")
KNOWN_FILES = (ACADEMIC_SESSIONS, ORGS, COURSES, CLASSES, ENROLLMENTS, USERS, ROLES)

USER_ROLES = frozenset(
    "administrator aide guardian parent proctor relative student teacher counselor districtAdministrator principal "
    "siteAdministrator systemAdministrator".lower().split()
)
"""Role words of versions 1.1 and 1.2 together, in lower case; ``ext:`` words are extensions."""

ENROLLMENT_ROLES = frozenset({"administrator", "aide", "proctor", "student", "teacher"})
