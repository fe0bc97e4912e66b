"""Images of what changes touch, as agreed for every connector: short codes, dates and keyed digests, never a name."""

from collections.abc import Callable, Mapping, Sequence
from functools import singledispatch

from domain.changes import (
    ArchiveCourse,
    BaseChange,
    Change,
    ChangeRole,
    ChangeSisId,
    CreateCourse,
    CreatePerson,
    CreateSection,
    CrossList,
    EnrolmentChange,
    MoveSection,
    RelinkSection,
    SendMessage,
    UpdateDates,
    UpdatePersonField,
)
from domain.errors import InternalError
from domain.ids import ChangeId, RecordHandle, SectionKey
from domain.images import Image
from domain.lms import LmsRole, LmsState
from tools.lms.canvas.looking import Look
from tools.lms.canvas.records import read_course_state, read_role, read_state
from tools.lms.canvas.wire import EnrollmentRow, UserRow, iso_utc

_PRECEDENCE = (
    LmsState.ACTIVE,
    LmsState.INVITED,
    LmsState.CREATION_PENDING,
    LmsState.INACTIVE,
    LmsState.COMPLETED,
    LmsState.REJECTED,
    LmsState.UNKNOWN,
    LmsState.DELETED,
)

_FIELDS: Mapping[str, Callable[[UserRow], str | None]] = {
    "name": lambda row: row.name,
    "sortable_name": lambda row: row.sortable_name,
    "short_name": lambda row: row.short_name,
    "login": lambda row: row.login_id,
    "email": lambda row: row.email,
}


def observe(changes: Sequence[Change], look: Look) -> dict[ChangeId, Image]:
    """Return the image of each change's record; rosters are read first, each section once."""
    look.read_rosters(pair for change in changes for pair in _rosters_of(change))
    return {change.change_id: image_of(change, look) for change in changes}


def _rosters_of(change: BaseChange) -> list[tuple[SectionKey, RecordHandle]]:
    if isinstance(change, MoveSection):
        return [(change.section, change.person), (change.from_section, change.person)]
    return [(change.section, change.person)] if isinstance(change, EnrolmentChange) else []


@singledispatch
def image_of(change: BaseChange, _look: Look) -> Image:
    """Return the present image of the record a change touches; InternalError for a kind that Canvas does not hold."""
    raise InternalError(
        f"Canvas cannot show what a {type(change).__name__} touches.", field="target", fix="Send it to its own system."
    )


@image_of.register
def _(change: EnrolmentChange, look: Look) -> Image:
    return _row_image(look.rows_of(change.section, change.person), change.role)


@image_of.register
def _(change: ChangeRole, look: Look) -> Image:
    rows = look.rows_of(change.section, change.person)
    return _with_origin(_row_image(rows, change.role), _row_image(rows, change.from_role))


@image_of.register
def _(change: MoveSection, look: Look) -> Image:
    target = _row_image(look.rows_of(change.section, change.person), change.role)
    return _with_origin(target, _row_image(look.rows_of(change.from_section, change.person), change.role))


@image_of.register
def _(change: CreatePerson, look: Look) -> Image:
    row = look.user(look.person(change.person))
    return Image(fields={"sis_id": look.seal(row.sis_user_id)}) if row else Image.absent()


@image_of.register
def _(change: UpdatePersonField, look: Look) -> Image:
    row = look.user(look.person(change.person))
    return Image(fields={change.field: look.seal(_FIELDS[change.field](row))}) if row else Image.absent()


@image_of.register
def _(change: ChangeSisId, look: Look) -> Image:
    person = look.person(change.person)
    row = look.user(person) or look.earlier_user(person, change.before.fields.get("sis_id", ""))
    return Image(fields={"sis_id": look.seal(row.sis_user_id)}) if row else Image.absent()


@image_of.register
def _(change: CreateCourse | ArchiveCourse, look: Look) -> Image:
    row = look.course(change.course)
    return Image(fields={"state": read_course_state(row).value}) if row else Image.absent()


@image_of.register
def _(change: CreateSection | CrossList, look: Look) -> Image:
    row = look.section(change.section)
    return Image(fields={"course": look.course_of(row)}) if row else Image.absent()


@image_of.register
def _(change: RelinkSection, look: Look) -> Image:
    row = look.section(change.section) or look.section(change.from_section)
    return Image(fields={"sis_id": row.sis_section_id or ""}) if row else Image.absent()


@image_of.register
def _(change: UpdateDates, look: Look) -> Image:
    row = look.course(change.course) if change.course else look.section(change.section)
    if row is None:
        return Image.absent()
    return Image(fields={"start_at": iso_utc(row.start_at), "end_at": iso_utc(row.end_at)})


@image_of.register
def _(change: SendMessage, look: Look) -> Image:
    found = look.has_sent(change.recipient, change.marker)
    return Image(fields={"marker": change.marker}) if found else Image.absent()


def _row_image(rows: Sequence[EnrollmentRow], role: LmsRole) -> Image:
    """Return the image of the row in that role; where there are several, the one that gives most access counts."""
    ours = [row for row in rows if read_role(row) is role]
    if not ours:
        return Image.absent()
    row = min(ours, key=lambda one: _PRECEDENCE.index(read_state(one)))
    provenance = "manual" if row.sis_import_id is None else "sis"
    return Image(fields={"state": read_state(row).value, "role": role.value, "provenance": provenance})


def _with_origin(image: Image, origin: Image) -> Image:
    """Add the state of the row that the change takes the person out of."""
    state = origin.fields["state"] if origin.exists else LmsState.ABSENT.value
    return Image(exists=image.exists, fields={**image.fields, "from_state": state})
