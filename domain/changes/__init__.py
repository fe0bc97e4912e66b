"""The closed set of changes that Provost can ever ask an outside system to make.

A change names people by record handle only, carries what it saw before and what must be true after, the rule that asked
for it, the evidence, and whether it can be undone. Nothing outside this union can be applied: the gate knows no other
verbs (principle 4 of the architecture).
"""

from typing import Annotated

from pydantic import Field

from domain.changes.actions import (
    CreateTicket,
    HoldGrade,
    OpenCase,
    PostGrade,
    SendMessage,
    SetRiskScore,
    grade_key,
)
from domain.changes.base import BaseChange, Reversibility, Risk, Tier, canonical_text, digest, digest_text
from domain.changes.enrolments import ChangeRole, Deactivate, Enrol, EnrolmentChange, MoveSection, Restore
from domain.changes.people import ChangeSisId, CreatePerson, UpdatePersonField
from domain.changes.places import ArchiveCourse, CreateCourse, CreateSection, CrossList, RelinkSection, UpdateDates

__all__ = [
    "ArchiveCourse",
    "BaseChange",
    "Change",
    "ChangeRole",
    "ChangeSisId",
    "CreateCourse",
    "CreatePerson",
    "CreateSection",
    "CreateTicket",
    "CrossList",
    "Deactivate",
    "Enrol",
    "EnrolmentChange",
    "HoldGrade",
    "MoveSection",
    "OpenCase",
    "PostGrade",
    "RelinkSection",
    "Restore",
    "Reversibility",
    "Risk",
    "SendMessage",
    "SetRiskScore",
    "Tier",
    "UpdateDates",
    "UpdatePersonField",
    "canonical_text",
    "digest",
    "digest_text",
    "grade_key",
]

Change = Annotated[
    Enrol
    | Deactivate
    | Restore
    | ChangeRole
    | MoveSection
    | CreatePerson
    | UpdatePersonField
    | ChangeSisId
    | CreateCourse
    | CreateSection
    | CrossList
    | RelinkSection
    | UpdateDates
    | ArchiveCourse
    | PostGrade
    | HoldGrade
    | OpenCase
    | CreateTicket
    | SendMessage
    | SetRiskScore,
    Field(discriminator="kind"),
]
