"""What a launch says in its claims: who looks, under which SIS id, and from which class.

Roles count in the course alone: somebody who teaches elsewhere and studies here is a student here.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

_LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MESSAGE_TYPE, VERSION, DEPLOYMENT = f"{_LTI}message_type", f"{_LTI}version", f"{_LTI}deployment_id"
ROLES, MENTEES, LIS, CUSTOM = f"{_LTI}roles", f"{_LTI}role_scope_mentor", f"{_LTI}lis", f"{_LTI}custom"
IN_COURSE = "http://purl.imsglobal.org/vocab/lis/v2/membership"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
SECTIONS, MASQUERADER = "section_sourcedids", "masquerading_user"
"""Our own names of what the registration asks the platform to add."""
_LONGEST = 200


class Looker(StrEnum):
    """Who opened the page; only a student is shown anything."""

    STUDENT = "student"
    STAFF = "staff"
    OBSERVER = "observer"
    TEST_STUDENT = "test_student"
    MASQUERADER = "masquerader"
    STRANGER = "stranger"


class Launch(NamedTuple):
    """One verified launch.

    ``person`` is the SIS id, empty where the platform does not release it. ``sections`` and ``course`` are what the
    platform calls the class; either may be unknown to the SIS.
    """

    looker: Looker
    person: str
    sections: tuple[str, ...]
    course: str


def read_launch(claims: Mapping[str, Any]) -> Launch:
    """Return what the claims of a verified token say."""
    lis, custom = _mapping(claims.get(LIS)), _mapping(claims.get(CUSTOM))
    own = [_word(lis.get("course_section_sourcedid")), *_word(custom.get(SECTIONS)).split(",")]
    return Launch(
        looker=_looker(claims, custom),
        person=_word(lis.get("person_sourcedid")),
        sections=tuple(dict.fromkeys(word.strip() for word in own if word.strip())),
        course=_word(lis.get("course_offering_sourcedid")),
    )


def _looker(claims: Mapping[str, Any], custom: Mapping[str, Any]) -> Looker:
    """Return who looks; whatever else somebody is beside a student of the course counts first."""
    roles = [role for role in _list(claims.get(ROLES)) if isinstance(role, str)]
    here = {_course_role(role) for role in roles} - {""}
    if _word(custom.get(MASQUERADER)):
        return Looker.MASQUERADER
    if TEST_USER in roles:
        return Looker.TEST_STUDENT
    if "Mentor" in here or claims.get(MENTEES):
        return Looker.OBSERVER
    if here - {"Learner"}:
        return Looker.STAFF
    return Looker.STUDENT if here else Looker.STRANGER


def _course_role(role: str) -> str:
    """Return the role in the course, of a sub-role the one above it; empty for a role elsewhere."""
    if not role.startswith(IN_COURSE):
        return ""
    above, _, name = role[len(IN_COURSE) :].partition("#")
    return above.strip("/") or name


def _word(value: object) -> str:
    """Return a value that was said; a variable that the platform left as it stands was not."""
    said = value.strip() if isinstance(value, str) else ""
    return "" if said.startswith("$") or len(said) > _LONGEST or not said.isprintable() else said


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
