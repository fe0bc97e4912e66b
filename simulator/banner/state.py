"""Banner at a moment: the tables and how rows are found.

Records change only through `forms.apply_operation`. Everything holds one lock, because the faces serve many
clients at once.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from simulator.banner.grade_rows import GradeEntry, RolledGrade
from simulator.banner.tables import (
    Advising,
    Assignment,
    Course,
    Crosslist,
    Department,
    Hold,
    PastGrade,
    Person,
    Registration,
    Section,
    SectionKey,
    WaitlistPlace,
    guid_of,
)
from simulator.clock import CampusClock
from simulator.world.calendar import Calendar
from simulator.world.operations import Operation


class Touched(NamedTuple):
    """A record that an operation `created`, `replaced` or `deleted`, by Ethos resource name and GUID."""

    resource: str
    guid: str
    operation: str


class BannerState:
    """All records of the campus. `offerings` are sections planned, `sections` those opened so far.

    `grades` are the unverified ones by their GUID, `rolled` what is known of transcript lines that were rolled or
    adjusted, `locks` how many more writes find a registration's record locked, `changes` how many operations were
    applied. `refuses_with_200` sends refusals of grades with status 200 instead of 400.
    """

    def __init__(self, clock: CampusClock, calendar: Calendar) -> None:
        self.clock = clock
        self.calendar = calendar
        self.lock = threading.RLock()
        self.departments: dict[str, Department] = {}
        self.courses: dict[str, Course] = {}
        self.persons: dict[str, Person] = {}
        self.offerings: dict[SectionKey, Section] = {}
        self.sections: dict[SectionKey, Section] = {}
        self.section_keys: dict[str, SectionKey] = {}
        self.labs: defaultdict[SectionKey, list[SectionKey]] = defaultdict(list)
        self.crosslists: dict[str, Crosslist] = {}
        self.assignments: dict[str, Assignment] = {}
        self.assignments_of: defaultdict[SectionKey, list[Assignment]] = defaultdict(list)
        self.registrations: dict[str, Registration] = {}
        self.registrations_of: defaultdict[str, list[Registration]] = defaultdict(list)
        self.rosters: defaultdict[SectionKey, list[Registration]] = defaultdict(list)
        self.waitlist: dict[str, WaitlistPlace] = {}
        self.joined: Counter[SectionKey] = Counter()
        self.holds: dict[str, Hold] = {}
        self.advising: dict[str, Advising] = {}
        self.transcripts: dict[str, list[PastGrade]] = {}
        self.grades: dict[str, GradeEntry] = {}
        self.rolled: dict[str, RolledGrade] = {}
        self.locks: Counter[str] = Counter()
        self.changes = 0
        self.publishers: list[Callable[[Iterable[Touched]], None]] = []
        self.listeners: list[Callable[[Operation], None]] = []
        self.withdrawals_need_own_process = False
        self.refuses_with_200 = False

    def admit(self, persons: Iterable[Person]) -> None:
        """Enter people as they stand."""
        for person in persons:
            self.persons[person.guid] = person

    def offer(self, sections: Iterable[Section]) -> None:
        """Plan sections; they are not seen before a SECTION_OPENED operation."""
        for section in sections:
            self.offerings[section.key] = section

    def open_section(self, section: Section) -> None:
        """Put a planned section into the schedule."""
        self.offerings[section.key] = section
        self.sections[section.key] = section
        self.section_keys[section.guid] = section.key
        if section.primary is not None:
            self.labs[section.primary].append(section.key)

    def section_by_guid(self, guid: str) -> Section | None:
        """The section with this GUID, or None."""
        key = self.section_keys.get(guid)
        return None if key is None else self.sections[key]

    def registration(self, person: str, key: SectionKey) -> Registration | None:
        """The one registration row of a person in a section, or None."""
        return self.registrations.get(guid_of("section-registrations", person, *key))

    def add_registration(self, row: Registration) -> None:
        """File a new registration under its person and its section."""
        self.registrations[row.guid] = row
        self.registrations_of[row.person.guid].append(row)
        self.rosters[row.section.key].append(row)

    def place_of(self, person: str, key: SectionKey) -> WaitlistPlace | None:
        """The place of a person in a section's queue, or None."""
        return self.waitlist.get(guid_of("student-section-waitlists", person, *key))

    def teachers_of(self, key: SectionKey) -> list[Assignment]:
        """The instructors who have a section now."""
        return [row for row in self.assignments_of[key] if row.ended_on is None]

    def crosslist_of(self, section: Section) -> Crosslist | None:
        """The cross-list group of a section, or None."""
        return self.crosslists.get(section.crosslist) if section.crosslist else None

    def is_published(self, section: Section) -> bool:
        """Whether the schedule that lists a section is out today."""
        return self.calendar.is_published(section.key.term, self.calendar.local_day(self.clock.now()))
