"""The shape of the staged tables: what both systems say, reduced to keys and small numbers.

Keys are normalised before they are staged (trimmed, one case, CRNs padded), because a full join on spellings invents
differences. Numbers are those of ``domain.rules.table`` and of the enums in ``domain``.
"""

from typing import TYPE_CHECKING

from domain.ids import SectionKey, SisPersonId
from domain.institution import WaitlistPractice
from domain.lms import LmsRole
from domain.records import RegistrationStatus
from domain.rules.sections import section_key

if TYPE_CHECKING:
    import pyarrow as pa

ROLES = tuple(LmsRole)
ROLE_NUMBERS = {role: number for number, role in enumerate(ROLES)}
STATUSES = tuple(RegistrationStatus)
STATUS_NUMBERS = {status: number for number, status in enumerate(STATUSES)}
PRACTICES = tuple(WaitlistPractice)
PRACTICE_NUMBERS = {practice: number for number, practice in enumerate(PRACTICES)}
CRN_WIDTH = 5


def section_text(key: SectionKey) -> str:
    """Return a section key in its staged form: trimmed, upper case, a numeric CRN padded to five digits."""
    term, crn = section_key(key.term, key.crn)
    return f"{term}-{crn.zfill(CRN_WIDTH) if crn.isdigit() else crn}"


def person_text(sis_id: SisPersonId) -> str:
    """Return a person's id in its staged form: trimmed and upper case."""
    return sis_id.strip().upper()


def registration_schema() -> "pa.Schema":
    """One row per student and section, reduced to the record that counts (R51)."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("section", pa.string()),
            pa.field("person", pa.string()),
            pa.field("status", pa.uint8()),
            pa.field("audit", pa.bool_()),
            pa.field("left_on", pa.date32()),
        ]
    )


def teaching_schema() -> "pa.Schema":
    """One row per instructor and section they teach, linked labs included (R41)."""
    import pyarrow as pa

    return pa.schema(
        [pa.field("section", pa.string()), pa.field("person", pa.string()), pa.field("expectation", pa.uint8())]
    )


def section_schema() -> "pa.Schema":
    """One row per section of either system, with its standing and its dates that count."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("section", pa.string()),
            pa.field("standing", pa.uint8()),
            pa.field("census_on", pa.date32()),
            pa.field("practice", pa.uint8()),
            pa.field("has_labs", pa.bool_()),
        ]
    )


def person_schema() -> "pa.Schema":
    """One row per person whose standing is not simply that they have an account."""
    import pyarrow as pa

    return pa.schema([pa.field("person", pa.string()), pa.field("standing", pa.uint8())])


def row_schema() -> "pa.Schema":
    """One LMS row per person, section and class of role, with a second live role where there is one.

    ``in_grace`` tells that the row is younger than the grace window of wrong roles (R59).
    """
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("section", pa.string()),
            pa.field("person", pa.string()),
            pa.field("role", pa.uint8()),
            pa.field("state", pa.uint8()),
            pa.field("manual", pa.bool_()),
            pa.field("second_role", pa.uint8()),
            pa.field("second_manual", pa.bool_()),
            pa.field("in_grace", pa.bool_()),
        ]
    )
