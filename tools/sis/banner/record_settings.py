"""What differs between Ethos tenants where grades and student records are read: queries, codes and their meanings.

A code that no table here explains stays unknown; it is never guessed from its letters.
"""

from typing import Literal

from pydantic import Field

from domain.grades import GradeMeaning
from domain.records import GradeMode
from domain.setting import Setting
from tools.sis.banner.queries import Query

RECORD_VERSIONS = {
    "academic-levels": "6",
    "academic-programs": "15",
    "academic-standings": "8",
    "accounting-codes": "11",
    "grade-schemes": "6",
    "instructional-events": "11",
    "section-grade-types": "6",
    "section-registrations-grade-options": "1",
    "student-academic-programs": "17",
    "student-academic-standings": "8",
    "student-attendances": "10",
    "student-charges": "16",
    "student-cohort-assignments": "1",
    "student-cohorts": "6",
    "student-tag-assignments": "1",
    "student-tags": "6",
    "student-unverified-grades": "1",
    "student-unverified-grades-submissions": "1",
}
"""Versions of the resources beyond rosters."""
RESOURCES_OF = {
    "grades": (
        *("grade-definitions", "grade-schemes", "section-grade-types", "section-registrations-grade-options"),
        *("student-transcript-grades", "student-unverified-grades"),
    ),
    "accounts": ("student-charges",),
    "progress": ("student-academic-programs", "student-academic-standings", "student-transcript-grades"),
    "attendance": ("instructional-events", "student-attendances"),
    "programmes": ("academic-levels", "academic-programs", "student-academic-programs"),
    "populations": ("student-cohort-assignments", "student-tag-assignments"),
}
"""Resources that each collection of the scope file is read from."""
_PASSING = ("A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "P", "S")
_MEANINGS = {
    **dict.fromkeys(_PASSING, GradeMeaning.PASSING),
    **dict.fromkeys(("F", "NP", "U"), GradeMeaning.FAILING),
    "I": GradeMeaning.INCOMPLETE,
    "W": GradeMeaning.WITHDRAWN,
    "AU": GradeMeaning.AUDIT,
    "NR": GradeMeaning.NO_GRADE,
}


def _by_id(name: str) -> Query:
    return Query(body=f'{{"{name}":{{"id":"$id"}}}}')


class RecordSettings(Setting):
    """How grades and student records of one tenant are asked for and read."""

    representations: dict[str, str] = Field(
        default={"student-unverified-grades-submissions": "student-unverified-grades"},
        description="Resources that the tenant offers under another one's path, told apart by media type only.",
    )
    grade_options_of_section: Query | None = Field(
        default=_by_id("section"),
        description="Query for the grade options of one section; null, or a refusal, reads by registration.",
    )
    grades_of_section: Query | None = Field(
        default=Query(name="section", body='{"section":{"id":"$id"}}'),
        description="Query for the unverified grades of one section; null, or a refusal, reads by registration.",
    )
    grades_of_registration: Query = Field(
        default=_by_id("sectionRegistration"), description="Query for the unverified grades of one registration."
    )
    transcripts_of_student: Query = Field(
        default=_by_id("student"), description="Query for the transcript grades of one student."
    )
    charges_of_student: Query = Field(default=_by_id("student"), description="Query for the charges of one student.")
    programmes_of_student: Query = Field(
        default=_by_id("student"), description="Query for the academic programmes of one student."
    )
    standings_of_student: Query = Field(
        default=_by_id("student"), description="Query for the academic standings of one student."
    )
    tags_of_person: Query = Field(default=_by_id("person"), description="Query for the tags of one student.")
    cohorts_of_person: Query = Field(default=_by_id("person"), description="Query for the cohorts of one student.")
    holds_of_person: Query = Field(default=_by_id("person"), description="Query for the holds of one person.")
    events_of_section: Query = Field(default=_by_id("section"), description="Query for the meetings of one section.")
    attendances_of_event: Query = Field(
        default=_by_id("instructionalEvent"), description="Query for the attendance of one meeting."
    )

    interim_type: str = Field(default="MID", description="Code of the grade type that is the interim column (R94).")
    final_type: str = Field(default="FINAL", description="Code of the grade type that is the final column.")
    scheme_modes: dict[str, GradeMode] = Field(
        default={"S": GradeMode.STANDARD, "P": GradeMode.PASS_FAIL, "A": GradeMode.AUDIT},
        description="Grade mode by code of the grade scheme (R77).",
    )
    grade_meanings: dict[str, GradeMeaning] = Field(
        default=_MEANINGS,
        description="What each letter means here; one that is not listed is unknown, and its grade is held (R76).",
    )
    tuition_codes: tuple[str, ...] = Field(
        default=(), description="Accounting codes of tuition, where a charge does not say so itself (R110)."
    )
    fee_codes: tuple[str, ...] = Field(
        default=(), description="Accounting codes of fees, where a charge does not say so itself (R110)."
    )
    charge_crn: str = Field(
        default=r"\bCRN[ :#-]*(?P<crn>[0-9A-Za-z]+)",
        description="Pattern with the group crn, searched in a charge's description and comments for its class.",
    )
    populations_in: tuple[Literal["tags", "cohorts"], ...] = Field(
        default=("tags", "cohorts"), description="Where this tenant keeps special populations; all of them are needed."
    )
    good_standings: tuple[str, ...] = Field(default=(), description="Codes of academic standings that are good.")
    poor_standings: tuple[str, ...] = Field(default=(), description="Codes of academic standings that are not good.")
