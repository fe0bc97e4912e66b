"""Whom and what people's own actions in Canvas are about: drawn from the campus, each at most once.

Actions are planned against Banner, because that is what both Canvases are fed from; they name people and
sections by SIS id and find them in whatever Canvas they are carried out in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from simulator.banner.state import BannerState
from simulator.banner.tables import Person, Registration, Section, WaitlistPlace
from simulator.canvas.refusals import NotFound
from simulator.canvas.rows import Course, Enrollment, User
from simulator.canvas.rows import Section as CanvasSection
from simulator.canvas.state import CanvasState
from simulator.world.carriage import Key
from simulator.world.feed import Feed
from simulator.world.people import INSTRUCTOR, STUDENT
from simulator.world.practice import sis_section_id


@dataclass(slots=True)
class Targets:
    """What may still be drawn; `busy` keys are already part of some other misfortune or action."""

    banner: BannerState
    rng: Random
    as_of: datetime
    busy: set[Key] = field(default_factory=set)
    sections: Sequence[Section] = ()
    registrations: Sequence[Registration] = ()

    def __post_init__(self) -> None:
        """List the running term's live sections and the students who sit in them in Canvas."""
        feed, today = Feed(self.banner), self.banner.calendar.local_day(self.as_of)
        term = self.banner.calendar.current
        self.sections = [
            section
            for section in self.banner.sections.values()
            if section.key.term == term and feed.is_provisioned(section, today) and section.status != "cancelled"
        ]
        self.registrations = [
            row
            for section in self.sections
            if not section.has_labs
            for row in self.banner.rosters[section.key]
            if row.status.registered and row.person.login is not None
        ]

    @property
    def students(self) -> list[Person]:
        """Everyone who studies and can sign in."""
        return [each for each in self.banner.persons.values() if STUDENT in each.roles and each.login]

    @property
    def seated(self) -> list[Person]:
        """Students who sit in some live section."""
        return list({row.person.guid: row.person for row in self.registrations}.values())

    @property
    def instructors(self) -> list[Person]:
        """Everyone who teaches only."""
        return [each for each in self.banner.persons.values() if INSTRUCTOR in each.roles and STUDENT not in each.roles]

    @property
    def seats(self) -> list[Section]:
        """Sections in which students sit in Canvas."""
        return [section for section in self.sections if not section.has_labs]

    @property
    def lone_sections(self) -> list[Section]:
        """Sections without labs, lectures or cross-lists around them."""
        return [each for each in self.seats if each.primary is None and each.crosslist is None]

    def is_taught(self, section: Section) -> bool:
        """Whether the section's part of term is not over."""
        calendar = self.banner.calendar
        return calendar.terms[section.key.term].part(section.part).end_on >= calendar.local_day(self.as_of)

    @property
    def waiting(self) -> list[WaitlistPlace]:
        """Places in the queues of live sections, of people who can sign in."""
        live = {section.key for section in self.seats}
        return [each for each in self.banner.waitlist.values() if each.section.key in live and each.person.login]

    def claim(self, *keys: Key) -> bool:
        """Take keys for one action; False when one of them is spoken for, also by its section or account."""
        seats = [key for key in keys if key[0] == "enrollment"]
        around = {("section", key[1]) for key in seats} | {("user", key[2]) for key in seats}
        if not self.busy.isdisjoint((*keys, *around)):
            return False
        self.busy.update(keys)
        return True

    def undisturbed(self, sections: Iterable[Section]) -> list[Section]:
        """Those sections in which nothing else has happened to anyone."""
        disturbed = {key[1] for key in self.busy if key[0] in ("enrollment", "section")}
        return [section for section in sections if sis_section_id(section.key) not in disturbed]

    def moment(self) -> datetime:
        """A moment in the last four days."""
        return self.as_of - timedelta(minutes=self.rng.randint(10, 4 * 24 * 60))

    def knows_course(self, person: Person, section: Section) -> bool:
        """Whether a person ever registered for the course, waits for this section, or teaches in it."""
        registered = any(row.section.course is section.course for row in self.banner.registrations_of[person.guid])
        teaches = any(row.person is person for row in self.banner.assignments_of[section.key])
        return registered or teaches or self.banner.place_of(person.guid, section.key) is not None


def enrollment_key(section: Section, person: Person) -> Key:
    """The natural key of a person in a section."""
    return ("enrollment", sis_section_id(section.key), person.banner_id)


def find_user(canvas: CanvasState, person: Person) -> User:
    """A person's account under the present or a former SIS id; NotFound when there is none."""
    for banner_id in (person.banner_id, *(prior for prior, _ in reversed(person.prior_ids))):
        user = canvas.user_by_sis(banner_id)
        if user is not None:
            return user
    raise NotFound


def find_section(canvas: CanvasState, section: Section) -> CanvasSection:
    """A section by its SIS id; NotFound when there is none."""
    found = canvas.section_by_sis(sis_section_id(section.key))
    if found is None:
        raise NotFound
    return found


def find_course(canvas: CanvasState, course_id: str) -> Course:
    """A course by its SIS id; NotFound when there is none."""
    found = canvas.course_by_sis(course_id)
    if found is None:
        raise NotFound
    return found


def find_seat(canvas: CanvasState, section: Section, person: Person) -> Enrollment:
    """The living student enrolment of a person in a section; NotFound when there is none."""
    place = find_section(canvas, section).id
    for row in canvas.enrollments_of_user(find_user(canvas, person).id):
        if row.section_id == place and row.type == "StudentEnrollment" and row.workflow_state == "active":
            return row
    raise NotFound


def enroll_by_hand(canvas: CanvasState, section: Section, person: Person, type_: str) -> Enrollment:
    """Add a person to a section as a teacher does, accepted at once."""
    place, user = find_section(canvas, section), find_user(canvas, person)
    return canvas.enroll(place.id, user.id, type_, state="active")
