"""What Canvas puts on the wire about discussions, clicks, changes of marks and things to read."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from tools.lms.canvas.classroom.rows import Score, WirePart
from tools.lms.canvas.wire import Moment, Number, Text, WireRecord


def _none_as_empty(value: object) -> object:
    return () if value is None else value


class AuthorRow(WirePart):
    """Who wrote a topic; empty for an anonymous one."""

    id: Number = None


class ChildRow(WireRecord):
    """A group's own copy of a topic: its entries stand there, under the group."""

    group_id: int


class TopicRow(WireRecord):
    """A discussion topic; ``published`` is False for a draft, which nobody can answer."""

    posted_at: Moment = None
    last_reply_at: Moment = None
    discussion_subentry_count: Number = None
    published: bool | None = None
    is_announcement: bool | None = None
    anonymous_state: Text = None
    author: AuthorRow | None = None
    group_topic_children: Annotated[tuple[ChildRow, ...], BeforeValidator(_none_as_empty)] = ()


class EntryRow(WireRecord):
    """An entry of a discussion with those below it; a deleted one names nobody."""

    user_id: Number = None
    created_at: Moment = None
    deleted: bool = False
    replies: Annotated[tuple["EntryRow", ...], BeforeValidator(_none_as_empty)] = ()


class TopicViewRow(BaseModel):
    """A whole discussion: the threads, and what was written after they were last put together."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    view: Annotated[tuple[EntryRow, ...], BeforeValidator(_none_as_empty)] = ()
    new_entries: Annotated[tuple[EntryRow, ...], BeforeValidator(_none_as_empty)] = ()


class SummaryRow(WireRecord):
    """A student's totals in a course; ``id`` is the account."""

    page_views: Number = None
    participations: Number = None


class ParticipationRow(WirePart):
    """One click that did something."""

    created_at: AwareDatetime


class ActivityRow(WirePart):
    """A student's clicks in a course: views by hour, and single participations."""

    page_views: dict[AwareDatetime, int] = Field(default_factory=dict)
    participations: Annotated[tuple[ParticipationRow, ...], BeforeValidator(_none_as_empty)] = ()


class ViewLinks(WirePart):
    """What a page view is about; an asset is named by its number, seldom by a word."""

    context: Number = None
    asset: Text = None


class PageViewRow(WirePart):
    """One page that somebody opened; ``url`` may hold secrets and goes nowhere."""

    id: str
    url: Text = None
    context_type: Text = None
    asset_type: Text = None
    participated: bool | None = None
    created_at: AwareDatetime
    links: ViewLinks = ViewLinks()


class EventLinks(WirePart):
    """Whom and what a change of a mark is about; a mark that Canvas gave by itself has no grader."""

    assignment: Number = None
    student: Number = None
    grader: Number = None


class GradeChangeRow(WirePart):
    """One line of the log of grade changes; grades are words such as ``87.5``, ``90%``, ``A-`` or ``complete``."""

    id: str
    created_at: AwareDatetime
    grade_before: Text = None
    grade_after: Text = None
    points_possible_before: Score = None
    points_possible_after: Score = None
    links: EventLinks


class QuizRow(WireRecord):
    """A quiz; a practice quiz or a survey has no assignment."""

    title: Text = None
    quiz_type: Text = None
    assignment_id: Number = None
    published: bool | None = None
    html_url: Text = None


class QuizAttemptRow(WireRecord):
    """A student's last attempt at a quiz."""

    user_id: Number = None
    started_at: Moment = None
    finished_at: Moment = None
    workflow_state: Text = None


class ItemRow(WireRecord):
    """One thing in a module; a page is named by ``page_url``, everything else by ``content_id``."""

    title: Text = None
    type: Text = None
    content_id: Number = None
    page_url: Text = None
    html_url: Text = None
    external_url: Text = None
    position: Number = None
    published: bool | None = None


class ModuleRow(WireRecord):
    """A module; ``items`` is None where there are so many that they must be asked for."""

    name: Text = None
    position: Number = None
    published: bool | None = None
    items: tuple[ItemRow, ...] | None = None


class CoursePageRow(WirePart):
    """A page of a course, without its text."""

    page_id: int
    url: str
    title: Text = None
    published: bool | None = None
    html_url: Text = None


class StudyGroupRow(WireRecord):
    """A group of students in a course."""

    name: Text = None


class LastLoginRow(WireRecord):
    """When an account last signed in; absent where the credential may not see it."""

    last_login: Moment = None
