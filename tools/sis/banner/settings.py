"""What differs between Ethos tenants: versions, criteria spellings, credential types and where a campus keeps extras.

Spellings that the vendor's public material leaves open are settings with a default (docs/connectors.md names them).
"""

from typing import Literal

from pydantic import Field

from tools.sis.banner.queries import Params, Query
from tools.sis.banner.record_settings import RECORD_VERSIONS, RecordSettings

__all__ = ["EthosSettings", "Params", "Query"]

_VERSIONS = {
    "academic-periods": "16.1.0",
    "addresses": "11",
    "courses": "16.1.0",
    "educational-institution-units": "7",
    "grade-definitions": "6",
    "instructional-methods": "6",
    "instructional-platforms": "6",
    "person-holds": "6",
    "persons": "12.4.0",
    "section-crosslists": "6",
    "section-instructors": "10",
    "section-registration-statuses": "8",
    "section-registrations": "16.1.0",
    "sections": "16.1.0",
    "student-advisor-relationships": "10",
    "student-grade-point-averages": "1",
    "student-section-waitlists": "10",
    "student-transcript-grades": "1.1.0",
    "subjects": "6",
}


class EthosSettings(RecordSettings):
    """How one Ethos tenant is asked and how its answers are read."""

    versions: dict[str, str] = Field(
        default_factory=dict, description="Resource versions that differ from those the connector was written for."
    )
    page_size: int = Field(default=500, ge=1, description="Rows asked for per page.")
    token_minutes: int | None = Field(
        default=None, ge=1, le=120, description="Life asked for a token, in minutes; unset leaves it to the service."
    )
    reference_minutes: int = Field(default=15, description="Minutes for which code tables are kept.")

    sections_of_period: Query = Field(
        default=Query(body='{"academicPeriod":{"id":"$id"}}'),
        description="Query for the sections of one academic period.",
    )
    section_by_code: Query = Field(
        default=Query(body='{"code":"$code","academicPeriod":{"id":"$period"}}'),
        description="Query for a section by CRN in one period.",
    )
    registrations_of_period: Query | None = Field(
        default=Query(name="academicPeriod", body='{"academicPeriod":{"id":"$id"}}'),
        description="Query for the registrations of one academic period; null, or a refusal, reads by section.",
    )
    registrations_of_section: Query = Field(
        default=Query(body='{"section":{"id":"$id"}}'),
        description="Query for the registrations of one section.",
    )
    registrations_of_person: Query = Field(
        default=Query(body='{"registrant":{"id":"$id"}}'),
        description="Query for the registrations of one person.",
    )
    instructors_of_section: Query = Field(
        default=Query(body='{"section":{"id":"$id"}}'),
        description="Query for the teaching assignments of one section.",
    )
    sections_of_instructor: Query | None = Field(
        default=Query(body='{"instructor":{"id":"$id"}}'),
        description="Query for one person's teaching assignments; null, or a refusal, reads all of them.",
    )
    advising_by_advisor: Query | None = Field(
        default=Query(body='{"advisor":{"id":"$id"}}'),
        description="Query for the students of one advisor; null, or a refusal, reads every relationship.",
    )
    advising_of_student: Query | None = Field(
        default=Query(body='{"student":{"id":"$id"}}'),
        description="Query for the advisors of one student; null, or a refusal, reads every relationship.",
    )
    crosslists_of_section: Query = Field(
        default=Query(body='{"sections":[{"section":{"id":"$id"}}]}'),
        description="Query for the cross-list group of one section.",
    )
    waitlists_of_section: Query = Field(
        default=Query(body='{"section":{"id":"$id"}}'),
        description="Query for the waitlist of one section.",
    )
    person_by_id: Query = Field(
        default=Query(body='{"credentials":[{"type":"$type","value":"$id"}]}'),
        description="Query for a person by credential.",
    )
    transcripts_by_grade: Query | None = Field(
        default=None, description="Query for transcript grades of one grade definition; unset reads all of them."
    )

    id_type: str = Field(default="bannerId", description="Credential type of the person id.")
    login_type: str = Field(default="bannerUserName", description="Credential type of the login.")
    national_id_types: tuple[str, ...] = Field(
        default=("ssn", "sin", "taxIdentificationNumber"),
        description="Credential types of national ids, looked for by the privacy directory only.",
    )
    former_id_types: tuple[str, ...] = Field(
        default=(), description="Credential types of earlier ids, besides ended ones of id_type (R3)."
    )
    preferred_names: tuple[str, ...] = Field(
        default=("favored", "chosen", "preferred"), description="Name categories that are the preferred name (R14)."
    )
    email_types: tuple[str, ...] = Field(
        default=("school", "business"), description="E-mail types taken where none is marked primary, best first."
    )
    linked_title: str = Field(
        default="Link Identifier", description="Title of the alternate id that ties labs to their lecture (R41)."
    )
    linked_pattern: str = Field(
        default=r"^L?(?P<crn>[0-9]+)$", description="Pattern of that id with the group crn, the lecture's CRN."
    )
    crn_title: str = Field(default="", description="Title of the alternate id that holds the CRN; blank means code.")
    assistant_roles: tuple[str, ...] = Field(
        default=("assistant", "teachingAssistant"), description="Instructor roles that assist and do not teach (R45)."
    )
    department: Literal["unit", "subject"] = Field(
        default="unit", description="Department from the owning unit, or from the subject."
    )
    independent_methods: tuple[str, ...] = Field(
        default=(), description="Codes of instructional methods that are independent study (R42)."
    )
    audit_codes: tuple[str, ...] = Field(
        default=("AU",), description="Status codes that mean audit where no grading mode is given (R55)."
    )
    waitlist_code: str = Field(default="WL", description="Status code shown for a waitlist entry.")
    withdrawal_grades: tuple[str, ...] = Field(
        default=("W",), description="Grades on the transcript that count as a withdrawal (S133)."
    )
    read_addresses: bool = Field(
        default=True, description="Whether the privacy directory reads postal addresses; off where Ethos offers none."
    )
    nothing_processed: str = Field(
        default="0", description="lastProcessedID sent before anything was acknowledged, so that nothing is skipped."
    )

    def version(self, resource: str) -> str:
        """Return the pinned version of a resource, such as ``16.1.0``."""
        return self.versions.get(resource) or {**_VERSIONS, **RECORD_VERSIONS}[resource]

    def path(self, resource: str) -> str:
        """Return the path under which the tenant offers a resource."""
        return f"/api/{self.representations.get(resource, resource)}"

    def media_type(self, resource: str) -> str:
        """Return the media type of a resource in its pinned version."""
        name = f"{resource}." if resource in self.representations else ""
        return f"application/vnd.hedtech.integration.{name}v{self.version(resource)}+json"

    @property
    def resources(self) -> tuple[str, ...]:
        """Every resource the connector reads with these settings, for ``provost doctor``."""
        unused = {
            "instructional-methods": self.independent_methods,
            "educational-institution-units": self._reads_units,
            "addresses": self.read_addresses,
        }
        return tuple(name for name in sorted(_VERSIONS) if unused.get(name, True))

    @property
    def record_resources(self) -> tuple[str, ...]:
        """Every resource that grades and student records need beyond those of rosters."""
        return tuple(sorted(RECORD_VERSIONS))

    @property
    def _reads_units(self) -> bool:
        return self.department == "unit"
