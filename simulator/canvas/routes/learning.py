"""Modules, quizzes, discussions and study groups over the wire."""

from __future__ import annotations

from simulator.canvas.coursework import Book, Entry, Module, StudyGroup, Topic
from simulator.canvas.refusals import Json, NotFound
from simulator.canvas.rows import Course, User
from simulator.canvas.students import CURRENT, Student, students_of, teachers_of
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_book, find_part, find_user
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import show_user, stamp
from simulator.canvas.wire.show_coursework import (
    show_entry,
    show_items,
    show_module,
    show_quiz,
    show_topic,
)

routes = RouteTable()


@routes.on("GET", "/courses/:course_id/modules")
def list_modules(call: Call) -> Reply:
    """List a course's modules, with their items and with what one student has completed when asked."""
    course, book = find_book(call)
    done, items = completed(call, course, book), "items" in call.params.items("include")
    numbered = list(enumerate(book.modules, start=1))
    return numbered_page(
        call, numbered, lambda each: show_module(each[1], each[0], course.id, call.origin, done, items=items)
    )


@routes.on("GET", "/courses/:course_id/modules/:module_id")
def get_module(call: Call) -> Reply:
    """Show one module."""
    course, book = find_book(call)
    row = module_of(call, book)
    done, items = completed(call, course, book), "items" in call.params.items("include")
    position = list(book.modules).index(row) + 1
    return Reply(show_module(row, position, course.id, call.origin, done, items=items))


@routes.on("GET", "/courses/:course_id/modules/:module_id/items")
def list_items(call: Call) -> Reply:
    """List the items of a module."""
    course, book = find_book(call)
    shown = show_items(module_of(call, book), course.id, call.origin, completed(call, course, book))
    return numbered_page(call, shown, lambda each: each)


def module_of(call: Call, book: Book) -> Module:
    """Return the module of the slot; raises NotFound."""
    return find_part(book.modules, call.slots["module_id"])


def completed(call: Call, course: Course, book: Book) -> dict[int, str] | None:
    """Return which items the student of `student_id` has completed and when; None when nobody was named."""
    named = call.params.text("student_id")
    if named is None:
        return None
    user = find_user(call.state, named)
    student = next((each for each in students_of(call.state, book, course) if each.user.id == user.id), None)
    if student is None:
        raise NotFound
    return completed_items(call, book, student)


def completed_items(call: Call, book: Book, student: Student) -> dict[int, str]:
    """Return when a student met the requirement of each item: looked at, handed in or contributed to."""
    now, done = call.state.clock(), {}
    first = {each.item.id: each.at for each in reversed(student.views(now)) if each.item is not None}
    handed_in = {row.assignment.id: row.submitted_at for row in student.standings(book, now)}
    quizzes = {each.id: each.assignment_id for each in book.quizzes}
    spoken = {each.topic_id: each.at for each in reversed(student.entries(now))}
    for item in (item for module in book.modules for item in module.items):
        at = first.get(item.id)
        if item.kind == "Assignment":
            at = handed_in.get(int(item.content))
        elif item.kind == "Quiz" and (assignment_id := quizzes.get(int(item.content))) is not None:
            at = handed_in.get(assignment_id)
        elif item.kind == "Discussion":
            at = spoken.get(int(item.content))
        if at is not None:
            done[item.id] = stamp(at) or ""
    return done


@routes.on("GET", "/courses/:course_id/quizzes")
def list_quizzes(call: Call) -> Reply:
    """List a course's quizzes, practice quizzes among them."""
    course, book = find_book(call)
    search = (call.params.text("search_term") or "").lower()
    rows = [row for row in book.quizzes if search in row.title.lower()]
    return numbered_page(call, rows, lambda row: show_quiz(row, course.id, call.origin))


@routes.on("GET", "/courses/:course_id/quizzes/:quiz_id")
def get_quiz(call: Call) -> Reply:
    """Show one quiz."""
    course, book = find_book(call)
    return Reply(show_quiz(find_part(book.quizzes, call.slots["quiz_id"]), course.id, call.origin))


@routes.on("GET", "/courses/:course_id/discussion_topics")
def list_topics(call: Call) -> Reply:
    """List the discussion topics that were posted by now; announcements there are none."""
    course, book = find_book(call)
    if call.params.flag("only_announcements"):
        return numbered_page(call, [], lambda each: each)
    rows = [row for row in book.topics if row.posted_at <= call.state.clock()]
    spoken, author = said_in(call, course, book), author_of(call, course)
    return numbered_page(
        call, rows, lambda row: show_topic(row, entries_of(spoken, row), author, course.id, call.origin)
    )


@routes.on("GET", "/courses/:course_id/discussion_topics/:topic_id")
def get_topic(call: Call) -> Reply:
    """Show one discussion topic."""
    course, book = find_book(call)
    row = topic_of(call, book)
    entries = entries_of(said_in(call, course, book), row)
    return Reply(show_topic(row, entries, author_of(call, course), course.id, call.origin))


@routes.on("GET", "/courses/:course_id/discussion_topics/:topic_id/entries")
def list_entries(call: Call) -> Reply:
    """List what was said in a topic, newest first."""
    course, book = find_book(call)
    row = topic_of(call, book)
    said = sorted((each for each in said_in(call, course, book) if each[0].topic_id == row.id), key=lambda e: e[0].at)

    def show(each: tuple[Entry, User]) -> Json:
        return show_entry(*each) | {"recent_replies": [], "has_more_replies": False}

    return numbered_page(call, said[::-1], show)


@routes.on("GET", "/courses/:course_id/discussion_topics/:topic_id/view")
def get_view(call: Call) -> Reply:
    """Show a whole topic at once: who takes part and everything that was said."""
    course, book = find_book(call)
    row = topic_of(call, book)
    said = sorted((each for each in said_in(call, course, book) if each[0].topic_id == row.id), key=lambda e: e[0].at)
    people = {user.id: user for _, user in said}
    participants: list[Json] = [{"id": each.id, "display_name": each.name} for each in people.values()]
    view: list[Json] = [show_entry(*each) for each in said]
    body: dict[str, Json] = {
        "unread_entries": [],
        "entry_ratings": {},
        "forced_entries": [],
        "participants": participants,
        "view": view,
        "new_entries": [],
    }
    return Reply(body)


def topic_of(call: Call, book: Book) -> Topic:
    """Return the posted topic of the slot; raises NotFound."""
    row = find_part(book.topics, call.slots["topic_id"])
    if row.posted_at > call.state.clock():
        raise NotFound
    return row


def author_of(call: Call, course: Course) -> User:
    """Return the teacher who posted the topics."""
    return call.state.users[teachers_of(call.state, course)[0]]


def said_in(call: Call, course: Course, book: Book) -> list[tuple[Entry, User]]:
    """Return everything said in a course by now, with who said it."""
    now = call.state.clock()
    return [
        (entry, student.user) for student in students_of(call.state, book, course) for entry in student.entries(now)
    ]


def entries_of(said: list[tuple[Entry, User]], topic: Topic) -> list[Entry]:
    """Return what was said in one topic."""
    return [entry for entry, _ in said if entry.topic_id == topic.id]


@routes.on("GET", "/courses/:course_id/groups")
def list_groups(call: Call) -> Reply:
    """List the study groups of a course."""
    course, book = find_book(call)
    students = students_of(call.state, book, course, states=CURRENT)
    return numbered_page(call, book.study_groups, lambda row: show_study_group(row, course, students))


@routes.on("GET", "/groups/:group_id")
def get_group(call: Call) -> Reply:
    """Show one study group."""
    row, course, students = group_of(call)
    return Reply(show_study_group(row, course, students))


@routes.on("GET", "/groups/:group_id/users")
def list_group_users(call: Call) -> Reply:
    """List the members of a study group."""
    row, _, students = group_of(call)
    return numbered_page(call, members_of(row, students), lambda each: show_user(call.state, each.user))


def group_of(call: Call) -> tuple[StudyGroup, Course, list[Student]]:
    """Return the study group of the slot with its course and the course's students; raises NotFound."""
    text = call.slots["group_id"]
    course_id = call.state.coursework.course_of(int(text)) if text.isdigit() else None
    call.slots = {**call.slots, "course_id": str(course_id)}
    course, book = find_book(call)
    return find_part(book.study_groups, text), course, students_of(call.state, book, course, states=CURRENT)


def members_of(row: StudyGroup, students: list[Student]) -> list[Student]:
    """Return the students who are in a study group."""
    return [each for each in students if row.lower <= each.story.share < row.upper]


def show_study_group(row: StudyGroup, course: Course, students: list[Student]) -> dict[str, Json]:
    """Show a study group."""
    return {
        "id": row.id,
        "name": row.name,
        "description": None,
        "is_public": False,
        "join_level": "parent_context_auto_join",
        "context_type": "Course",
        "course_id": course.id,
        "members_count": len(members_of(row, students)),
        "max_membership": None,
        "group_category_id": None,
        "concluded": course.workflow_state == "completed",
        "role": None,
        "sis_group_id": None,
    }
