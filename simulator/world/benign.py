"""What people do in Canvas by hand and rightly: done to the campus and to its faithful twin alike.

Teaching assistants and designers whom the department arranges, guests, parents who look on, accounts that no
SIS knows, sandboxes, names their owners edited, closing times moved by minutes. None of it is a discrepancy.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from simulator.banner.tables import Person, Section
from simulator.canvas.state import CanvasState
from simulator.world.carriage import HandAction
from simulator.world.chance import draw_share
from simulator.world.names import PREFERRED, draw_name
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


def arrange(targets: Targets) -> list[HandAction]:
    """Everything people rightly do by hand in the running term."""
    plans = (
        add_assistants,
        add_designers,
        add_guests,
        add_observers,
        edit_own_names,
        open_sandboxes,
        adjust_closing,
    )
    return [action for plan in plans for action in plan(targets)]


def add_assistants(targets: Targets) -> Iterator[HandAction]:
    """A graduate student assists in a course, arranged without Banner."""
    graduates = [person for person in targets.students if person.level == "GR"]
    for section in draw_share(targets.rng, targets.seats, 0.12, least=2):
        if not graduates:
            return
        person = targets.rng.choice(graduates)
        key = enrollment_key(section, person)
        if not targets.knows_course(person, section) and targets.claim(key):
            perform = partial(enroll_by_hand, section=section, person=person, type_="TaEnrollment")
            yield HandAction(targets.moment(), "manual TA", (key,), perform)


def add_designers(targets: Targets) -> Iterator[HandAction]:
    """An instructional designer with an account of the learning office."""
    for number, section in enumerate(draw_share(targets.rng, targets.sections, 0.04)):
        login = f"designer{number}@learning.northfield.example"
        yield from _visit(targets, section, login, "DesignerEnrollment")


def add_guests(targets: Targets) -> Iterator[HandAction]:
    """A visitor with an account that no SIS knows, listening in."""
    for number, section in enumerate(draw_share(targets.rng, targets.seats, 0.1, least=2)):
        type_ = "StudentEnrollment" if number % 2 else "ObserverEnrollment"
        yield from _visit(targets, section, f"guest{number}@visitors.example", type_)


def _visit(targets: Targets, section: Section, login: str, type_: str) -> Iterator[HandAction]:
    name = draw_name(targets.rng)
    key = ("enrollment", sis_section_id(section.key), f"login:{login}")
    if targets.claim(key):
        perform = partial(_admit_visitor, section, f"{name.first} {name.last}".strip(), login, type_)
        yield HandAction(targets.moment(), f"account without SIS id, {type_}", (key,), perform)


def _admit_visitor(section: Section, name: str, login: str, type_: str, canvas: CanvasState) -> None:
    place = find_section(canvas, section)
    user = canvas.create_user(name, unique_id=login, email=login)
    canvas.enroll(place.id, user.id, type_, state="active")


def add_observers(targets: Targets) -> Iterator[HandAction]:
    """A parent or an advisor observes a student (R65)."""
    for number, row in enumerate(draw_share(targets.rng, targets.registrations, 0.003)):
        login = f"observer{number}@families.example"
        name = f"{draw_name(targets.rng).first} {row.person.last}".strip()
        key = ("enrollment", sis_section_id(row.section.key), f"login:{login}")
        if targets.claim(key, enrollment_key(row.section, row.person)):
            perform = partial(_observe, row.section, row.person, name, login)
            yield HandAction(targets.moment(), "observer", (key,), perform)


def _observe(section: Section, student: Person, name: str, login: str, canvas: CanvasState) -> None:
    seat = find_seat(canvas, section, student)
    user = canvas.create_user(name, unique_id=login, email=login)
    canvas.enroll(seat.section_id, user.id, "ObserverEnrollment", state="active", associated_user_id=seat.user_id)


def edit_own_names(targets: Targets) -> Iterator[HandAction]:
    """People shorten their own names in their profiles (R16)."""
    for person in draw_share(targets.rng, targets.seated, 0.015, least=2):
        nickname = PREFERRED.get(person.first, f"{person.first[:1]}.")
        name = f"{nickname} {person.last}"
        key = ("user", person.banner_id)
        if person.first and name != person.shown_name and targets.claim(key):
            yield HandAction(targets.moment(), "own name", (key,), partial(_rename, person, name))


def _rename(person: Person, name: str, canvas: CanvasState) -> None:
    canvas.update_user(find_user(canvas, person).id, name=name, short_name=name)


def open_sandboxes(targets: Targets) -> Iterator[HandAction]:
    """Instructors try things out in courses of their own."""
    for person in draw_share(targets.rng, targets.instructors, 0.05, least=2):
        name = f"Sandbox of {person.shown_name} ({person.login})"
        yield HandAction(
            targets.moment(), "sandbox course", (("course", f"name:{name}"),), partial(_open_sandbox, person, name)
        )


def _open_sandbox(person: Person, name: str, canvas: CanvasState) -> None:
    user = find_user(canvas, person)
    course = canvas.create_course(name)
    section = canvas.default_section(course)
    canvas.enroll(section.id, user.id, "TeacherEnrollment", state="active")


def adjust_closing(targets: Targets) -> Iterator[HandAction]:
    """A closing time a few minutes off, as tools that think in another zone leave it."""
    candidates = [section for section in targets.sections if section.primary is None]
    for section in draw_share(targets.rng, candidates, 0.03, least=2):
        key = ("course", sis_course_id(section))
        if targets.claim(key):
            minutes = timedelta(minutes=targets.rng.choice((-44, -29, -1, 1, 14, 29, 44)))
            perform = partial(_adjust, sis_course_id(section), minutes)
            yield HandAction(targets.moment(), "closing time by minutes", (key,), perform)


def _adjust(course_id: str, minutes: timedelta, canvas: CanvasState) -> None:
    course = find_course(canvas, course_id)
    if isinstance(course.end_at, datetime):
        canvas.update_course(course.id, end_at=course.end_at + minutes)
