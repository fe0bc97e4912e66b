"""Identifiers, each with a type of its own, so that an SIS id can never be passed where an LMS id belongs.

A CRN repeats every term (R31, E11), so a section is only ever named by term and CRN together.
"""

import re
from typing import NamedTuple, NewType, Self

TermCode = NewType("TermCode", str)
Crn = NewType("Crn", str)
SisPersonId = NewType("SisPersonId", str)
LmsUserId = NewType("LmsUserId", int)
LmsCourseId = NewType("LmsCourseId", int)
LmsSectionId = NewType("LmsSectionId", int)
LmsEnrollmentId = NewType("LmsEnrollmentId", int)
SisCourseId = NewType("SisCourseId", str)
"""The course id that the SIS feed gives to the LMS, such as ``MATH101-001-202680``."""
AssignmentId = NewType("AssignmentId", int)
ResourceId = NewType("ResourceId", str)
"""One thing that a class offers, as the LMS names it: its kind and number, such as ``page-17``."""
RecordHandle = NewType("RecordHandle", str)
"""An opaque, permanent name for a person inside plans, graph state and the ledger, such as ``per_7f3c…``."""
RuleId = NewType("RuleId", str)
RunId = NewType("RunId", str)
ChangeId = NewType("ChangeId", str)
PlanHash = NewType("PlanHash", str)
PrincipalId = NewType("PrincipalId", str)

_SECTION = re.compile(r"^(?P<term>[0-9A-Za-z]+)-(?P<crn>[0-9A-Za-z]+)$")


class SectionKey(NamedTuple):
    """Names one section for good: the term code and the CRN (R31)."""

    term: TermCode
    crn: Crn

    @property
    def sis_section_id(self) -> str:
        """The section id as the LMS knows it, ``{term}-{crn}``."""
        return f"{self.term}-{self.crn}"

    @classmethod
    def parse(cls, sis_section_id: str) -> Self | None:
        """Read ``{term}-{crn}`` back; None where the text is not a section id of the SIS feed."""
        match = _SECTION.match(sis_section_id)
        return cls(TermCode(match["term"]), Crn(match["crn"])) if match else None

    def __str__(self) -> str:
        """Return the form that messages and logs show."""
        return self.sis_section_id
