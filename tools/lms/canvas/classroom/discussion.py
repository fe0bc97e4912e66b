"""Who wrote in the discussions of a class: places and times only, never a word of what was written."""

from collections.abc import Iterator
from datetime import datetime

from domain.ids import RecordHandle
from domain.learning import Contribution
from tools.lms.canvas.classroom.activity_rows import EntryRow, TopicRow, TopicViewRow
from tools.lms.canvas.classroom.reading import Reading
from tools.lms.canvas.classroom.roll import Roll, call_roll
from tools.lms.canvas.lookup import API

DISCUSSION_RIGHT = "Discussions - view"


def read_contributions(reading: Reading, since: datetime | None) -> list[Contribution]:
    """Read the entries of the section's students, and the topics they opened; one call for each topic with entries.

    A topic whose last entry is older than ``since`` is not asked for.
    """
    roll = call_roll(reading)
    return contributions_of(reading, roll, since) if roll.course is not None else []


def contributions_of(reading: Reading, roll: Roll, since: datetime | None) -> list[Contribution]:
    """Read the contributions of a section whose roll is known."""
    topics = reading.rows(
        TopicRow, f"{roll.path}/discussion_topics", what="discussions", right=DISCUSSION_RIGHT, absent=""
    )
    found = [one for topic in topics for one in _of_topic(reading, roll, topic, since)]
    return [one for one in found if since is None or one.at >= since]


def _of_topic(reading: Reading, roll: Roll, topic: TopicRow, since: datetime | None) -> Iterator[Contribution]:
    author = roll.student(topic.author.id if topic.author else None)
    if author is not None and topic.posted_at is not None:
        yield _contribution(reading, author, topic.posted_at, topic.id, "")
    if topic.anonymous_state:
        fix = "Nothing can be done for this topic; make the next ones with names."
        reading.leave_out(f"Discussion {topic.id} is anonymous, so Canvas does not say who wrote.", "discussions", fix)
        return
    for path, number in _places(roll, topic, since):
        what, gone = f"discussion {number}", "Canvas lists a discussion and does not show it."
        view = reading.one(TopicViewRow, path, what=what, right=DISCUSSION_RIGHT, absent=gone)
        for entry in _walk((*view.view, *view.new_entries) if view else ()):
            person = roll.student(entry.user_id)
            if person is not None and entry.created_at is not None and not entry.deleted:
                yield _contribution(reading, person, entry.created_at, number, str(entry.id))


def _places(roll: Roll, topic: TopicRow, since: datetime | None) -> Iterator[tuple[str, int]]:
    """Yield where the entries of a topic stand: in the course, or in every group that discusses it by itself."""
    if topic.group_topic_children:
        for child in topic.group_topic_children:
            yield f"{API}/groups/{child.group_id}/discussion_topics/{child.id}/view", child.id
        return
    quiet = since is not None and topic.last_reply_at is not None and topic.last_reply_at < since
    if topic.published is not False and topic.discussion_subentry_count != 0 and not quiet:
        yield f"{roll.path}/discussion_topics/{topic.id}/view", topic.id


def _walk(entries: tuple[EntryRow, ...]) -> Iterator[EntryRow]:
    """Yield entries and everything below them, each once: a new entry may also stand in its thread already."""
    seen: set[int] = set()
    waiting = list(entries)
    while waiting:
        entry = waiting.pop()
        waiting += entry.replies
        if entry.id not in seen:
            seen.add(entry.id)
            yield entry


def _contribution(reading: Reading, person: RecordHandle, at: datetime, topic: int, entry: str) -> Contribution:
    return Contribution(section=reading.section, person=person, at=at, topic=str(topic), entry=entry)
