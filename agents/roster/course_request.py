"""The request to make a course, as another system sends it: accepted, validated, enriched, and only then a change.

The shape is that of S180 to S194. Three of its habits are put right: publishing is a wish and not a field of the
course (E8), a midnight-looking instant that is not midnight on campus is warned about (E10), and an integration id
without its term would collide next term (E11).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from domain.changes import CreateCourse, Tier
from domain.errors import InvalidRecord
from domain.evidence import Evidence
from domain.findings import Finding, Severity
from domain.ids import RuleId, SisCourseId, TermCode
from domain.images import Image
from domain.institution import DepartmentTemplate, Institution, TermCalendar
from domain.lms import CourseState

LONGEST = 255
COURSE_ID = r"^[A-Z]{2,8}[0-9]{2,5}[A-Z]{0,2}-[0-9A-Z]{1,5}-[0-9A-Za-z]{4,10}$"
USUAL_STARTS = frozenset(time(hour, minute) for hour in range(7, 22) for minute in (0, 15, 30, 45)) | {time(0)}
"""Local times at which a course may plausibly open: midnight, or a meeting time (E10)."""


class Strict(BaseModel):
    """Base of the request's parts: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CoursePayload(Strict):
    """What the course should be (S183 to S189)."""

    name: str = Field(min_length=1, max_length=LONGEST, description="Course title.")
    course_code: str = Field(min_length=1, max_length=LONGEST, description="Subject and number.")
    term_id: TermCode = Field(description="Term code of a published calendar.")
    start_at: AwareDatetime = Field(description="When the course opens, with an offset.")
    end_at: AwareDatetime = Field(description="When the course closes, with an offset.")
    integration_id: str = Field(default="", max_length=LONGEST, description="Id of the record in the source system.")
    workflow_state: Literal["available", "unpublished"] = Field(
        default="unpublished", description="Whether to publish (E8)."
    )

    @model_validator(mode="after")
    def _ends_after_start(self) -> "CoursePayload":
        if self.end_at <= self.start_at:
            raise ValueError("end_at must lie after start_at")
        return self


class CourseMetadata(Strict):
    """Where the request comes from (S190 to S192)."""

    instructor_sis_id: str = Field(default="", description="Instructor of record; enrolled from the SIS assignment.")
    department: str = Field(default="", description="Department whose template applies.")
    sync_trigger: str = Field(default="", description="What caused the request.")


class CourseRequest(Strict):
    """The whole request (S180 to S192)."""

    action: Literal["create_course"]
    source: str = Field(min_length=1)
    sis_course_id: str = Field(pattern=COURSE_ID, description="SUBJECTNUMBER-SECTION-TERM (S182).")
    payload: CoursePayload
    metadata: CourseMetadata = CourseMetadata()


class CourseProposal(NamedTuple):
    """A sound request as a change, with what should be looked at."""

    change: CreateCourse
    findings: tuple[Finding, ...]


def read_course_request(data: Mapping[str, object]) -> CourseRequest:
    """Validate a request; InvalidRecord lists every faulty field, and nothing of it is used (S193)."""
    try:
        return CourseRequest.model_validate(data)
    except ValidationError as error:
        faults = {".".join(map(str, each["loc"])) or "request": each["msg"] for each in error.errors()}
        listed = "; ".join(f"{field}: {fault}" for field, fault in faults.items())
        raise InvalidRecord(
            f"The course request is not usable. {listed}.",
            field=next(iter(faults)),
            fix="Correct these fields at the source and send the request again.",
        ) from error


def propose_course(data: Mapping[str, object], institution: Institution, now: datetime) -> CourseProposal:
    """Return the course a request asks for, from its department's template; InvalidRecord where it is unsound."""
    request = read_course_request(data)
    calendar = _calendar(request, institution)
    template = institution.template(request.metadata.department) or DepartmentTemplate(
        department=request.metadata.department, account=institution.default_account
    )
    findings = (*_odd_times(request, institution), *_untemplated(request, institution))
    return CourseProposal(_change(request, calendar, template, now), findings)


def _calendar(request: CourseRequest, institution: Institution) -> TermCalendar:
    """Return the calendar of the term, which must be known and be the one in the course id (S182, S185)."""
    term = request.payload.term_id
    calendar = institution.calendar(term)
    if calendar is None:
        fix = "Use a term of the published calendars, or add the calendar of this term."
        raise InvalidRecord(f"The term {term} has no published calendar.", field="payload.term_id", fix=fix)
    if not request.sis_course_id.endswith(f"-{term}"):
        fix = "Send the course id and the term of one and the same offering."
        raise InvalidRecord("The course id names another term than the payload.", field="sis_course_id", fix=fix)
    return calendar


def _change(
    request: CourseRequest, calendar: TermCalendar, template: DepartmentTemplate, now: datetime
) -> CreateCourse:
    payload = request.payload
    publish = payload.workflow_state == "available" or template.publish
    state = CourseState.AVAILABLE if publish else CourseState.UNPUBLISHED
    return CreateCourse(
        rule=RuleId("S193"),
        tier=Tier.AUTO,
        topic="courses asked for by another system",
        before=Image.absent(),
        after=Image(fields={"state": state.value}),
        evidence=_evidence(request, calendar, now),
        course=SisCourseId(request.sis_course_id),
        name=payload.name,
        course_code=payload.course_code,
        term=payload.term_id,
        account=template.account,
        integration_id=termed_integration_id(payload.integration_id, payload.term_id),
        start_at=payload.start_at.astimezone(UTC),
        end_at=payload.end_at.astimezone(UTC),
        publish=publish,
        template=template.template_course,
    )


def termed_integration_id(given: str, term: TermCode) -> str:
    """Return an integration id that names its term: ``BANNER_CRN_12345`` becomes ``BANNER_202680_12345`` (E11)."""
    if not given or term in given:
        return given
    source, _, crn = given.rpartition("_")
    return f"{source.removesuffix('_CRN') or 'SIS'}_{term}_{crn}"


def _odd_times(request: CourseRequest, institution: Institution) -> tuple[Finding, ...]:
    """Warn about a start that is neither midnight nor a meeting time on campus: likely local time called UTC (E10)."""
    local = request.payload.start_at.astimezone(institution.zone)
    if local.time() in USUAL_STARTS:
        return ()
    return (
        Finding(
            code=InvalidRecord.code,
            severity=Severity.WARNING,
            subject=f"course {request.sis_course_id}",
            message=f"The course would open at {local:%H:%M} on campus, which is no usual time.",
            fix="Check whether the source sends local time marked as UTC.",
        ),
    )


def _untemplated(request: CourseRequest, institution: Institution) -> tuple[Finding, ...]:
    if institution.template(request.metadata.department) is not None:
        return ()
    return (
        Finding(
            code=InvalidRecord.code,
            severity=Severity.INFO,
            subject=f"course {request.sis_course_id}",
            message="No template is set for the department; the course goes to the default account.",
            fix="Add the department to the institution's templates.",
        ),
    )


def _evidence(request: CourseRequest, calendar: TermCalendar, now: datetime) -> tuple[Evidence, ...]:
    trigger = request.metadata.sync_trigger or "request"
    record = f"course {request.sis_course_id}"
    return (
        Evidence(source=request.source, record=record, shows=f"asked for by {trigger}", read_at=now),
        Evidence(source="calendar", record=f"term {calendar.term}", shows="published", read_at=now),
    )
