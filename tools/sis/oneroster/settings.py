"""What a campus may spell differently in its OneRoster files: where ids stand, date formats, sizes, roles."""

from typing import Literal

from pydantic import Field

from domain.institution import Setting


class OneRosterSettings(Setting):
    """How one campus fills its OneRoster bundles."""

    encoding: str = Field(default="utf-8-sig", description="Character encoding; the standard says UTF-8.")
    assume_mode: Literal["bulk", "delta"] | None = Field(
        default=None,
        description="Mode of files without a manifest; unset means that absence proves nothing.",
    )
    person_id: str = Field(
        default="identifier",
        description="Column of users.csv with the SIS person id; sourcedId where blank.",
    )
    prior_ids: str = Field(
        default="metadata.priorIds", description="Column of users.csv with earlier SIS ids, separated by commas (R3)."
    )
    confidential: str = Field(
        default="metadata.confidential", description="Column of users.csv that is true for a directory opt-out (R17)."
    )
    section_id: str = Field(
        default="sourcedId", description="Column of classes.csv that names the section by term and CRN (R31)."
    )
    section_pattern: str = Field(
        default=r"^(?P<term>[0-9A-Za-z]+)-(?P<crn>[0-9A-Za-z]+)$",
        description="Pattern with the groups term and crn that section ids follow.",
    )
    term_code: str = Field(default="sourcedId", description="Column of academicSessions.csv with the term code.")
    part_pattern: str = Field(
        default=r"^(?P<term>[0-9A-Za-z]+)-(?P<part>[0-9A-Za-z]+)$",
        description="Pattern with the group part that ids of parts of term follow.",
    )
    course_pattern: str = Field(
        default=r"^(?P<subject>[A-Z&]+)[ -]?(?P<number>[0-9][0-9A-Z]*)$",
        description="Pattern with the groups subject and number that course codes follow.",
    )
    sequence_pattern: str = Field(
        default=r"(?:^|-)(?P<sequence>[0-9A-Za-z]+)$",
        description="Pattern with the group sequence, searched in the class code.",
    )
    cross_list_group: str = Field(
        default="metadata.crossListGroup", description="Column of classes.csv with the cross-list group code (R39)."
    )
    cross_list_primary: str = Field(
        default="metadata.crossListPrimary", description="Column of classes.csv that is true for the group's primary."
    )
    linked_to: str = Field(
        default="metadata.linkedCrn", description="Column of classes.csv with the CRN of the lecture of a lab (R41)."
    )
    platform: str = Field(
        default="metadata.lms", description="Column of classes.csv that names the LMS; blank means ours (R43)."
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
