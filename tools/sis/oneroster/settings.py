"""What a campus may spell differently in its OneRoster files: where ids stand, date formats, sizes, roles."""

from typing import Literal

from pydantic import Field

from domain.setting import Setting


class OneRosterSettings(Setting):
    """How one campus fills its OneRoster bundles."""

    encoding: str = Field(default="utf-8-sig", description="Character encoding; the standard says UTF-8.")
    assume_mode: Literal["bulk", "delta"] | None = Field(
        default=None,
        description="Mode of files without a manifest; unset means that absence proves nothing.",
    )
    person_id: str = Field(
        default="identifier", description="Column of users.csv with the SIS person id; sourcedId where blank."
    )
    prior_ids: str = Field(
        default="metadata.priorBannerIds", description="Column of users.csv with earlier SIS ids, by commas (R3)."
    )
    preferred_given: str = Field(
        default="metadata.preferredGivenName",
        description="Column of users.csv 1.1 with the preferred name (R14).",
    )
    former_family: str = Field(
        default="metadata.formerFamilyName",
        description="Column of users.csv with an earlier family name, for the privacy directory.",
    )
    confidential: str = Field(default="metadata.privacy", description="Column of users.csv with the directory opt-out.")
    confidential_words: frozenset[str] = Field(
        default=frozenset({"restricted", "true", "1", "y", "yes"}), description="Values that mean opted out (R17)."
    )
    term_code: str = Field(
        default="metadata.code", description="Column of academicSessions.csv with the term code; sourcedId where blank."
    )
    session_part: str = Field(
        default="metadata.partOfTerm", description="Column of academicSessions.csv with the part-of-term code."
    )
    session_census: str = Field(
        default="metadata.censusOn", description="Column of academicSessions.csv with the census date (R33)."
    )
    section_term: str = Field(default="metadata.term", description="Column of classes.csv with the term code.")
    section_crn: str = Field(default="metadata.crn", description="Column of classes.csv with the CRN (R31).")
    section_ids: tuple[str, ...] = Field(
        default=("sourcedId", "classCode"), description="Columns searched for term and CRN where theirs are blank."
    )
    section_pattern: str = Field(
        default=r"^(?P<term>[0-9A-Za-z]+)-(?P<crn>[0-9A-Za-z]+)$",
        description="Pattern with the groups term and crn that section ids follow.",
    )
    course_pattern: str = Field(
        default=r"^(?P<subject>[A-Z&]+)[ -]?(?P<number>[0-9][0-9A-Z]*)$",
        description="Pattern with the groups subject and number that course codes follow.",
    )
    sequence: str = Field(default="metadata.sequence", description="Column of classes.csv with the sequence.")
    sequence_pattern: str = Field(
        default=r"-(?P<sequence>[0-9A-Za-z]+)$",
        description="Pattern with the group sequence, searched in the class code where that column is blank.",
    )
    section_status: str = Field(
        default="metadata.status", description="Column of classes.csv with open, closed, pending or cancelled (R36)."
    )
    cross_list_group: str = Field(
        default="metadata.crosslist", description="Column of classes.csv with the cross-list group code (R39)."
    )
    cross_list_type: str = Field(
        default="metadata.crosslistType", description="Column of classes.csv that says primary or secondary."
    )
    linked_class: str = Field(
        default="metadata.primaryClass",
        description="Column of classes.csv with the class of a lab's lecture (R41).",
    )
    platform: str = Field(
        default="metadata.platform", description="Column of classes.csv that names the LMS; blank means ours (R43)."
    )
    waitlist: str = Field(
        default="metadata.waitlist", description="Column of classes.csv with the users who wait, in order (R54)."
    )
    waitlist_code: str = Field(default="WL", description="Status code shown for a waitlist entry.")
    registration_reason: str = Field(
        default="metadata.registrationReason",
        description="Column of enrollments.csv with registered, dropped, withdrawn or canceled.",
    )
    registration_code: str = Field(
        default="metadata.registrationCode", description="Column of enrollments.csv with the SIS status code."
    )
    status_on: str = Field(
        default="metadata.statusDate", description="Column of enrollments.csv with the date of the status (R48)."
    )
    registered_on: str = Field(
        default="metadata.originallyRegisteredOn", description="Column of enrollments.csv with the first registration."
    )
    grade_mode: str = Field(
        default="metadata.gradeMode", description="Column of enrollments.csv with the grading mode (R55)."
    )
    override: str = Field(
        default="metadata.override", description="Column of enrollments.csv that is true for an override (R56)."
    )
    instructor_role: str = Field(
        default="metadata.instructorRole", description="Column of enrollments.csv with the role of a teacher."
    )
    assistant_roles: tuple[str, ...] = Field(
        default=("assistant", "teachingAssistant"), description="Roles of teachers who assist and do not teach (R45)."
    )
    date_formats: tuple[str, ...] = Field(
        default=("%Y-%m-%d",), description="Accepted date formats, in order; one that is ambiguous must be named here."
    )
    end_is_exclusive: bool = Field(
        default=True, description="Whether an enrolment's endDate is the first day on which it no longer counts."
    )
    people_roles: tuple[str, ...] = Field(
        default=("student", "teacher", "aide", "proctor", "administrator", "principal", "counselor"),
        description="Roles whose holders are read; guardians and relatives stay outside (S220).",
    )
    max_file_mib: int = Field(default=512, description="Largest file that is read, in MiB, unpacked.")
