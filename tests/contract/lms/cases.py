"""One case for every kind of change an LMS can take, in the small institution of the suite."""

from collections.abc import Callable
from datetime import UTC, datetime

from domain.changes import (
    ArchiveCourse,
    Change,
    ChangeRole,
    ChangeSisId,
    CreateCourse,
    CreatePerson,
    CreateSection,
    CrossList,
    Deactivate,
    Enrol,
    MoveSection,
    RelinkSection,
    Restore,
    SendMessage,
    Tier,
    UpdateDates,
    UpdatePersonField,
)
from domain.ids import Crn, RuleId, SectionKey, SisCourseId, TermCode
from domain.images import Image
from domain.lms import LmsRole, LmsState
from tests.tools.people import ANN, BOB, CID, DEE, FAY, GIL, IDA, TESS, OpenHandles

TERM = TermCode("202680")
EMPTY_TERM = TermCode("202710")
FIRST = SectionKey(TERM, Crn("10001"))
SECOND = SectionKey(TERM, Crn("10002"))
UNKNOWN = SectionKey(TERM, Crn("99999"))
FIRST_COURSE = SisCourseId("MATH101-001-202680")
SECOND_COURSE = SisCourseId("MATH101-002-202680")
NEW_COURSE = SisCourseId("MATH202-001-202680")
START = datetime(2026, 8, 24, 4, tzinfo=UTC)
END = datetime(2026, 12, 12, 5, tzinfo=UTC)

Case = Callable[[OpenHandles, Image], Change]


def basics(before: Image, after: Image) -> dict[str, object]:
    return {"rule": RuleId("R0"), "tier": Tier.AUTO, "topic": "contract", "before": before, "after": after}


def row(state: LmsState, role: LmsRole = LmsRole.STUDENT) -> Image:
    return Image(fields={"state": state.value, "role": role.value})


def enrol(handles: OpenHandles, before: Image) -> Change:
    return Enrol(section=FIRST, person=handles.handle(FAY), **basics(before, row(LmsState.ACTIVE)))


def deactivate(handles: OpenHandles, before: Image) -> Change:
    after = row(LmsState.INACTIVE)
    return Deactivate(section=FIRST, person=handles.handle(ANN), to=LmsState.INACTIVE, **basics(before, after))


def remove(handles: OpenHandles, before: Image) -> Change:
    after = row(LmsState.DELETED)
    return Deactivate(section=FIRST, person=handles.handle(BOB), to=LmsState.DELETED, **basics(before, after))


def restore(handles: OpenHandles, before: Image) -> Change:
    return Restore(section=FIRST, person=handles.handle(CID), **basics(before, row(LmsState.ACTIVE)))


def change_role(handles: OpenHandles, before: Image) -> Change:
    after = row(LmsState.ACTIVE, LmsRole.TA)
    person, roles = handles.handle(TESS), {"from_role": LmsRole.TEACHER, "role": LmsRole.TA}
    return ChangeRole(section=FIRST, person=person, **roles, **basics(before, after))


def move_section(handles: OpenHandles, before: Image) -> Change:
    after = row(LmsState.ACTIVE)
    return MoveSection(section=SECOND, from_section=FIRST, person=handles.handle(ANN), **basics(before, after))


def create_person(handles: OpenHandles, before: Image) -> Change:
    after = Image(fields={"sis_id": handles.seal(GIL.sis_id)})
    return CreatePerson(person=handles.handle(GIL), **basics(before, after))


def update_person_field(handles: OpenHandles, before: Image) -> Change:
    after = Image(fields={"sortable_name": handles.seal("Featherstone, Dee")})
    return UpdatePersonField(person=handles.handle(DEE), field="sortable_name", **basics(before, after))


def change_sis_id(handles: OpenHandles, before: Image) -> Change:
    after = Image(fields={"sis_id": handles.seal(IDA.sis_id)})
    return ChangeSisId(person=handles.handle(IDA), **basics(before, after))


def create_course(_: OpenHandles, before: Image) -> Change:
    return CreateCourse(
        course=NEW_COURSE,
        name="Linear Algebra",
        course_code="MATH202",
        term=TERM,
        account="sis_account_id:dept:MATH",
        integration_id="BANNER_202680_10003",
        start_at=START,
        end_at=END,
        publish=True,
        **basics(before, Image(fields={"state": "available"})),
    )


def create_section(_: OpenHandles, before: Image) -> Change:
    after = Image(fields={"course": FIRST_COURSE})
    section = SectionKey(TERM, Crn("10009"))
    return CreateSection(section=section, course=FIRST_COURSE, name="MATH101-009", **basics(before, after))


def cross_list(_: OpenHandles, before: Image) -> Change:
    return CrossList(section=SECOND, course=FIRST_COURSE, **basics(before, Image(fields={"course": FIRST_COURSE})))


def relink_section(_: OpenHandles, before: Image) -> Change:
    anew = SectionKey(TERM, Crn("10077"))
    after = Image(fields={"sis_id": anew.sis_section_id})
    return RelinkSection(section=anew, from_section=SECOND, **basics(before, after))


def update_dates(_: OpenHandles, before: Image) -> Change:
    after = Image(fields={"start_at": "2026-08-24T04:00:00Z", "end_at": "2026-12-12T05:00:00Z"})
    return UpdateDates(section=FIRST, start_at=START, end_at=END, **basics(before, after))


def archive_course(_: OpenHandles, before: Image) -> Change:
    after = Image(fields={"state": "completed"})
    return ArchiveCourse(section=SECOND, course=SECOND_COURSE, **basics(before, after))


def send_message(handles: OpenHandles, before: Image) -> Change:
    marker = "prv-contract-1"
    return SendMessage(
        recipient=handles.handle(ANN),
        marker=marker,
        subject="About your section",
        body="Please see your advisor.",
        **basics(before, Image(fields={"marker": marker})),
    )


CASES: dict[str, Case] = {
    case.__name__: case
    for case in (
        enrol,
        deactivate,
        remove,
        restore,
        change_role,
        move_section,
        create_person,
        update_person_field,
        change_sis_id,
        create_course,
        create_section,
        cross_list,
        relink_section,
        update_dates,
        archive_course,
        send_message,
    )
}
