"""What one run has read of both systems, and how much of it there was the last time all went well."""

from dataclasses import dataclass

from pydantic import Field

from domain.ids import TermCode
from domain.lms import LmsCourse, LmsEnrollment, LmsSection, LmsUser
from domain.ports import Fetch
from domain.records import Hold, Person, Record, Registration, Section


@dataclass(frozen=True, slots=True)
class RosterSnapshots:
    """Everything read of one term: collections of both systems, each saying if it is complete.

    ``holds`` only explain what is found and may be missing, because a hold never decides about access (R57).
    """

    term: TermCode
    people: Fetch[Person]
    sections: Fetch[Section]
    registrations: Fetch[Registration]
    users: Fetch[LmsUser]
    courses: Fetch[LmsCourse]
    lms_sections: Fetch[LmsSection]
    enrollments: Fetch[LmsEnrollment]
    holds: Fetch[Hold] | None = None

    def counts(self) -> "SourceCounts":
        """Return the number of rows per collection, to be kept for the next run (R66)."""
        return SourceCounts(rows={name: len(fetch.rows) for name, fetch in self.fetches().items()})

    def fetches(self) -> dict[str, Fetch[object]]:
        """Return the collections by name, the SIS first."""
        return {name: getattr(self, name) for name in (*SIS_SOURCES, *LMS_SOURCES)}


SIS_SOURCES = ("people", "sections", "registrations")
LMS_SOURCES = ("users", "courses", "lms_sections", "enrollments")


class SourceCounts(Record):
    """Rows per collection at the last read that was complete and compared."""

    rows: dict[str, int] = Field(default_factory=dict)
