"""Ethos records as they come over the wire, reduced to what rosters need.

Only declared properties are read: birth dates, ethnicity, addresses, phones and whatever else a tenant sends never
enter the process (S220).
"""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A text that is empty where the source says null."""


class Wire(BaseModel):
    """Base of wire records: camel case outside, unknown properties dropped, numbers read as text."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, coerce_numbers_to_str=True)


class Ref(Wire):
    """A reference to another record by GUID."""

    id: Text = ""


class Resource(Wire):
    """Base of records with a GUID of their own."""

    id: str


class CodeItem(Resource):
    """A row of a code table."""

    code: str | None = None
    title: str | None = None
    abbreviation: str | None = None

    @property
    def name(self) -> str:
        """The code, or the abbreviation where the table has no code."""
        return self.code or self.abbreviation or ""


class NameType(Wire):
    """The kind of a name."""

    category: Text = ""


class Name(Wire):
    """One name of a person."""

    type: NameType | None = None
    preference: str | None = None
    full_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None


class Credential(Wire):
    """One id of a person; an ``endOn`` says that it is a former one."""

    type: str | Ref = ""
    value: Text = ""
    end_on: str | None = None


class EmailType(Wire):
    """The kind of an e-mail address."""

    email_type: Text = ""


class Email(Wire):
    """One e-mail address of a person."""

    address: Text = ""
    type: EmailType | None = None
    preference: str | None = None


class Privacy(Wire):
    """Whether a person opted out of the directory."""

    privacy_category: Text = ""


class PersonWire(Resource):
    """``persons`` v12; None tells a property that was withheld from one that is empty."""

    names: tuple[Name, ...] | None = None
    emails: tuple[Email, ...] | None = None
    credentials: tuple[Credential, ...] | None = None
    privacy_status: Privacy | str | None = None


class PeriodParent(Wire):
    """What an academic period belongs to; the GUID stands in one of two places."""

    id: str | None = None
    academic_period: Ref | None = None

    @property
    def guid(self) -> str | None:
        """The GUID of the parent."""
        return self.id or (self.academic_period.id if self.academic_period else None)


class PeriodCategory(Wire):
    """Whether a period is a year, a term or a part of one."""

    type: str = "term"
    parent: PeriodParent | None = None


class PeriodWire(Resource):
    """``academic-periods`` v16.1."""

    code: str
    title: Text = ""
    start_on: str
    end_on: str
    category: PeriodCategory | None = None
    registration: str | None = None
    census_dates: tuple[str, ...] | None = None


class CourseWire(Resource):
    """``courses`` v16.1."""

    subject: Ref | None = None
    number: Text = ""


class TitleWire(Wire):
    """One title of a section."""

    value: Text = ""


class StatusWire(Wire):
    """The status of a section."""

    category: Text = ""


class AlternateId(Wire):
    """A further id of a section."""

    title: Text = ""
    value: Text = ""


class OwningUnit(Wire):
    """A unit that owns a section."""

    institution_unit: Ref | None = None


class SchemeRef(Wire):
    """A grade scheme of a section; the GUID stands in one of two places."""

    id: Text = ""
    grade_scheme: Ref | None = None

    @property
    def guid(self) -> str:
        """The GUID of the scheme."""
        return self.id or (self.grade_scheme.id if self.grade_scheme else "")


class SectionCredit(Wire):
    """How many hours a section carries; a section with a choice of hours also has a maximum."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None


class SectionWire(Resource):
    """``sections`` v16.1.0."""

    code: Text = ""
    number: Text = ""
    titles: tuple[TitleWire, ...] | None = None
    course: Ref | None = None
    academic_period: Ref | None = None
    reporting_academic_period: Ref | None = None
    start_on: str | None = None
    end_on: str | None = None
    census_dates: tuple[str, ...] | None = None
    instructional_platform: Ref | None = None
    instructional_methods: tuple[Ref, ...] | None = None
    status: StatusWire | None = None
    credits: tuple[SectionCredit, ...] | None = None
    grade_schemes: tuple[SchemeRef, ...] | None = None
    owning_institution_units: tuple[OwningUnit, ...] | None = None
    alternate_ids: tuple[AlternateId, ...] | None = None


class InstructorWire(Resource):
    """``section-instructors`` v10; the work dates have two spellings."""

    section: Ref
    instructor: Ref
    instructor_role: str | None = None
    work_end_on: str | None = None
    end_on: str | None = None


class CrosslistMember(Wire):
    """A section of a cross-list group."""

    section: Ref
    type: Text = ""


class CrosslistWire(Resource):
    """``section-crosslists`` v6."""

    code: Text = ""
    sections: tuple[CrosslistMember, ...] = ()
