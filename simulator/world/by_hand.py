"""What people change in the campus's Canvas by hand and should not have: no feed knows of it, nobody told Banner."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from simulator.banner.tables import Person, Section
from simulator.canvas.state import CanvasState
from simulator.world.carriage import HandAction
from simulator.world.chance import draw_share
from simulator.world.names import without_diacritics
from simulator.world.practice import sis_course_id, sis_section_id
from simulator.world.targets import (
    Targets,
    enroll_by_hand,
    enrollment_key,
    find_course,
    find_seat,
    find_section,
    find_user,
)

DATE_SHIFTS = (timedelta(days=1), timedelta(days=-1), timedelta(days=30), timedelta(days=-30))


def tamper(targets: Targets) -> list[HandAction]:
    """Everything done by hand to the running term, whole sections first."""
    plans = (
        conclude_courses,
        move_sections,
        shift_dates,
        rewrite_names,
        open_second_accounts,
        admit_waiting,
        add_strangers,
        remove_students,
        suspend_students,
        promote_to_teacher,
    )
    return [action for plan in plans for action in plan(targets)]


def conclude_courses(targets: Targets) -> Iterator[HandAction]:
    """Someone ends a course that is still taught."""
    candidates = targets.undisturbed([each for each in targets.lone_sections if targets.is_taught(each)])
    for section in draw_share(targets.rng, candidates, 0.005):
        course_id = sis_course_id(section)
        keys = (("course", course_id), ("section", sis_section_id(section.key)))
        if targets.claim(*keys):
            yield HandAction(targets.moment(), "conclude course", keys, partial(_conclude, course_id))


def _conclude(course_id: str, canvas: CanvasState) -> None:
    canvas.course_event(find_course(canvas, course_id).id, "conclude")


def move_sections(targets: Targets) -> Iterator[HandAction]:
    """Someone cross-lists a section into another course in Canvas only."""
    candidates = targets.undisturbed(targets.lone_sections)
    for section in draw_share(targets.rng, candidates, 0.006):
        others = [
            other
            for other in candidates
            if other is not section and other.course.department is section.course.department
        ]
        key = ("section", sis_section_id(section.key))
        if others and targets.claim(key):
            target = sis_course_id(targets.rng.choice(others))
            yield HandAction(targets.moment(), "move section", (key,), partial(_move, section, target))


def _move(section: Section, course_id: str, canvas: CanvasState) -> None:
    canvas.crosslist(find_section(canvas, section).id, find_course(canvas, course_id).id)


def shift_dates(targets: Targets) -> Iterator[HandAction]:
    """Someone edits a course's first or last day by a day or a month."""
    candidates = [each for each in targets.sections if each.primary is None]
    for section in draw_share(targets.rng, candidates, 0.012, least=2):
        course_id, shift = sis_course_id(section), targets.rng.choice(DATE_SHIFTS)
        side = targets.rng.choice(("start_at", "end_at"))
        if targets.claim(("course", course_id)):
            perform = partial(_shift, course_id, side, shift)
            yield HandAction(targets.moment(), "edit course dates", (("course", course_id),), perform)


def _shift(course_id: str, side: str, shift: timedelta, canvas: CanvasState) -> None:
    course = find_course(canvas, course_id)
    before = course.start_at if side == "start_at" else course.end_at
    if isinstance(before, datetime):
        canvas.update_course(course.id, **{side: before + shift})


def rewrite_names(targets: Targets) -> Iterator[HandAction]:
    """A legacy batch rewrites names: capitals, no diacritics, or family name first."""
    for person in draw_share(targets.rng, targets.seated, 0.009, least=6):
        plain = without_diacritics(person.shown_name)
        styles = [person.shown_name.upper()]
        styles += [person.sortable_name] if person.first else []
        styles += [plain] * 3 if plain != person.shown_name else []
        key = ("user", person.banner_id)
        if targets.claim(key):
            perform = partial(_rename, person, targets.rng.choice(styles))
            yield HandAction(targets.moment(), "legacy name batch", (key,), perform)


def _rename(person: Person, name: str, canvas: CanvasState) -> None:
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow(("user_id", "login_id", "full_name", "status"))
    table.writerow((person.banner_id, person.login or "", name, "active"))
    canvas.import_csv({"users.csv": lines.getvalue()})


def open_second_accounts(targets: Targets) -> Iterator[HandAction]:
    """A teacher adds a student by e-mail address, which makes a second account."""
    for row in draw_share(targets.rng, targets.registrations, 0.0007, least=2):
        keys = (("user", f"login:{row.person.email.lower()}"), ("user", row.person.banner_id))
        if targets.claim(*keys, enrollment_key(row.section, row.person)):
            perform = partial(_open_second, row.section, row.person)
            yield HandAction(targets.moment(), "add by e-mail", keys[:1], perform)


def _open_second(section: Section, person: Person, canvas: CanvasState) -> None:
    place = find_section(canvas, section)
    find_user(canvas, person)
    user = canvas.create_user(person.shown_name, unique_id=person.email, email=person.email)
    canvas.enroll(place.id, user.id, "StudentEnrollment", state="active")


def admit_waiting(targets: Targets) -> Iterator[HandAction]:
    """A teacher lets someone in who is still on the waiting list."""
    for place in draw_share(targets.rng, targets.waiting, 0.02, least=2):
        key = enrollment_key(place.section, place.person)
        if targets.claim(key):
            perform = partial(enroll_by_hand, section=place.section, person=place.person, type_="StudentEnrollment")
            yield HandAction(targets.moment(), "add from waiting list", (key,), perform)


def add_strangers(targets: Targets) -> Iterator[HandAction]:
    """A teacher adds a student who is not registered for the course at all."""
    students, seats = targets.students, targets.seats
    for _ in draw_share(targets.rng, targets.registrations, 0.0022, least=2):
        person, section = targets.rng.choice(students), targets.rng.choice(seats)
        key = enrollment_key(section, person)
        if not targets.knows_course(person, section) and targets.claim(key):
            perform = partial(enroll_by_hand, section=section, person=person, type_="StudentEnrollment")
            yield HandAction(targets.moment(), "add student", (key,), perform)


def remove_students(targets: Targets) -> Iterator[HandAction]:
    """Someone removes a registered student from a class."""
    yield from _leave(targets, "delete", "remove student", 0.002)


def suspend_students(targets: Targets) -> Iterator[HandAction]:
    """Someone deactivates a registered student."""
    yield from _leave(targets, "deactivate", "deactivate student", 0.001)


def _leave(targets: Targets, task: str, what: str, share: float) -> Iterator[HandAction]:
    for row in draw_share(targets.rng, targets.registrations, share):
        key = enrollment_key(row.section, row.person)
        if targets.claim(key):
            perform = partial(_end_seat, row.section, row.person, task)
            yield HandAction(targets.moment(), what, (key,), perform)


def _end_seat(section: Section, person: Person, task: str, canvas: CanvasState) -> None:
    canvas.leave(find_seat(canvas, section, person).id, task)


def promote_to_teacher(targets: Targets) -> Iterator[HandAction]:
    """Someone gives a registered student the teacher's role."""
    for row in draw_share(targets.rng, targets.registrations, 0.0008):
        key = enrollment_key(row.section, row.person)
        if targets.claim(key):
            perform = partial(enroll_by_hand, section=row.section, person=row.person, type_="TeacherEnrollment")
            yield HandAction(targets.moment(), "make teacher", (key,), perform)
