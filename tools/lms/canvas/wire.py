"""What Canvas puts on the wire, kept tolerant: numbers as strings, missing SIS fields, keys we do not know.

SIS fields are absent where the credential may not read them, and a course that is closed to the caller comes as an id
and nothing else; both are read as unknown, never as empty.
"""

from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError

from domain.errors import InvalidRecord
from tools.wire import JSON


def _blank_as_none(value: object) -> object:
    return None if value == "" else value


Text = Annotated[str | None, BeforeValidator(_blank_as_none)]
Moment = Annotated[AwareDatetime | None, BeforeValidator(_blank_as_none)]
Number = Annotated[int | None, BeforeValidator(_blank_as_none)]


class WireRecord(BaseModel):
    """Base of everything read from Canvas: unknown keys are ignored, numbers become text where text is wanted."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: int


class UserRow(WireRecord):
    """An account, whole or as it stands inside an enrolment."""

    name: Text = None
    sortable_name: Text = None
    short_name: Text = None
    sis_user_id: Text = None
    login_id: Text = None
    email: Text = None
    sis_import_id: Number = None


class TermRow(WireRecord):
    """An enrolment term."""

    sis_term_id: Text = None
    workflow_state: Text = None


class CourseRow(WireRecord):
    """A course; ``access_restricted_by_date`` marks one that shows nothing but its id."""

    name: Text = None
    course_code: Text = None
    sis_course_id: Text = None
    workflow_state: Text = None
    start_at: Moment = None
    end_at: Moment = None
    term: TermRow | None = None
    access_restricted_by_date: bool = False


class SectionRow(WireRecord):
    """A section; ``nonxlist_course_id`` is set only while it is taught in another course (R40)."""

    name: Text = None
    sis_section_id: Text = None
    sis_course_id: Text = None
    course_id: int
    nonxlist_course_id: Number = None
    start_at: Moment = None
    end_at: Moment = None
    sis_import_id: Number = None


class EnrollmentRow(WireRecord):
    """One person's row in one section."""

    course_id: int
    course_section_id: int
    sis_section_id: Text = None
    sis_user_id: Text = None
    user_id: int
    user: UserRow | None = None
    type: Text = None
    role: Text = None
    enrollment_state: Text = None
    sis_import_id: Number = None
    limit_privileges_to_course_section: bool | None = None
    created_at: Moment = None
    updated_at: Moment = None
    last_activity_at: Moment = None

    @property
    def person_id(self) -> str | None:
        """The SIS id of the person: what the user says first, then what the row says."""
        return (self.user.sis_user_id if self.user else None) or self.sis_user_id


class ImportRow(WireRecord):
    """A SIS import: its state, and the messages it left as ``[file, text]`` pairs."""

    workflow_state: str = ""
    created_at: Moment = None
    processing_warnings: tuple[tuple[str, str], ...] | None = None
    processing_errors: tuple[tuple[str, str], ...] | None = None

    @property
    def messages(self) -> tuple[tuple[str, str], ...]:
        """Warnings and errors together."""
        return (*(self.processing_errors or ()), *(self.processing_warnings or ()))

    @property
    def has_messages(self) -> bool:
        """Whether some rows were not taken as they were sent."""
        return bool(self.messages) or self.workflow_state == "imported_with_messages"


class ImportErrorRow(BaseModel):
    """One message about one row of an import; ``row_info`` is the row as Canvas read it, where it kept it."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    file: str = ""
    message: str = ""
    row_info: str | None = None


class MessageRow(WireRecord):
    """One message of a conversation."""

    body: str = ""
    author_id: Number = None
    created_at: Moment = None


class ConversationRow(WireRecord):
    """A conversation, with its messages where it was read alone."""

    messages: tuple[MessageRow, ...] = ()
    participants: tuple[UserRow, ...] = ()
    last_message_at: Moment = None


class MigrationRow(WireRecord):
    """A content migration into a course: what kind, from where, and how far it is."""

    migration_type: Text = None
    workflow_state: Text = None
    settings: dict[str, str | int | bool | None] | None = None


W = TypeVar("W", bound=BaseModel)


def read_row(model: type[W], value: JSON) -> W:
    """Read one object of the wire; InvalidRecord names the field at fault and never the value."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "body"
        kind = model.__name__.removesuffix("Row").lower()
        raise InvalidRecord(
            f"Canvas sent a {kind} whose {field} cannot be read.",
            field=field,
            fix="Look at that record in Canvas; a date needs a zone, an id must be a number.",
        ) from None


def iso_utc(moment: datetime | None) -> str:
    """Return a moment the way Canvas writes it, in UTC with ``Z`` and whole seconds; empty for none."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
