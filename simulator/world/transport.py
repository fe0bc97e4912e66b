"""How messages go astray between Banner and Canvas: lost, late, twice, out of order, or to the wrong address.

Faults strike a drawn share of the messages of each kind, whoever they are about. What they do to Canvas is
left to Canvas; here is noted only which message was struck and by what, so that a difference found later can
be explained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from simulator.banner.tables import SectionKey
from simulator.world.carriage import Delivery, Key
from simulator.world.chance import draw_share
from simulator.world.operations import Kind, Operation
from simulator.world.practice import AUDITOR, FeedRow, Message

RECENT = timedelta(days=3)
ADDS = (Kind.REGISTERED, Kind.PROMOTED)
DEPARTURES = (Kind.DROPPED, Kind.WITHDRAWN, Kind.UNPAID)
STUDENT_KINDS = (*ADDS, *DEPARTURES, Kind.SWAPPED, Kind.AUDIT_CHOSEN)


class Fault(NamedTuple):
    """A way to go astray, the kinds of operation it strikes, and the share of them."""

    name: str
    kinds: tuple[Kind, ...]
    share: float


FAULTS = (
    Fault("lost", ADDS, 0.0045),
    Fault("lost", DEPARTURES, 0.05),
    Fault("lost", (Kind.SWAPPED,), 0.08),
    Fault("lost", (Kind.AUDIT_CHOSEN,), 0.06),
    Fault("lost", (Kind.SECTION_OPENED,), 0.006),
    Fault("lost", (Kind.SECTION_CANCELLED,), 0.1),
    Fault("lost", (Kind.CROSSLISTED,), 0.12),
    Fault("lost", (Kind.INSTRUCTOR_ASSIGNED,), 0.006),
    Fault("lost", (Kind.INSTRUCTOR_REPLACED,), 0.15),
    Fault("lost", (Kind.FAMILY_NAME_CHANGED,), 0.3),
    Fault("lost", (Kind.ID_REISSUED,), 0.3),
    Fault("late", STUDENT_KINDS, 0.15),
    Fault("duplicated", STUDENT_KINDS, 0.01),
    Fault("reordered", (*DEPARTURES, Kind.SWAPPED), 0.05),
    Fault("wrong section", ADDS, 0.0015),
    Fault("wrong role", (*ADDS, Kind.INSTRUCTOR_ASSIGNED), 0.0015),
)
"""What goes astray; `late` counts only messages of the last days, which are still queued at as-of."""


MISTAKEN_ROLES = {
    "student": ("ta", "observer"),
    AUDITOR: ("student",),
    "teacher": ("ta",),
    "ta": ("teacher",),
}
Adds = Mapping[tuple[str, str], Message]
Parcels = Sequence[tuple[tuple[FeedRow, ...], timedelta]]
"""Rows with the delay after which they arrive."""


class Struck(NamedTuple):
    """A message that went astray and how."""

    operation: Operation
    fault: str


def keys_of(row: FeedRow) -> Iterator[Key]:
    """The natural keys that a row is about."""
    if row.file == "enrollments":
        yield ("enrollment", row.cells[0], row.cells[1])
    elif row.file == "sections":
        yield ("section", row.cells[0])
    elif row.file == "xlists":
        yield ("section", row.cells[1])
    elif row.file == "courses":
        yield ("course", row.cells[0])
    elif row.file == "users":
        yield ("user", row.cells[0])
    elif row.file == "change_sis_id":
        yield ("user", row.cells[1])


class Transport:
    """Carries one term's messages badly. `struck` explains every key that a fault may have touched."""

    def __init__(
        self,
        rng: Random,
        term: str,
        as_of: datetime,
        *,
        addresses: Mapping[str, Sequence[str]],
        related: frozenset[SectionKey],
        seated: frozenset[str],
        faults: Sequence[Fault] = FAULTS,
    ) -> None:
        """Faults keep to one term.

        `addresses`: other sections that a message could reach by mistake, by SIS id. `related`: sections whose
        course others share. `seated`: GUIDs of people who sit in a section of the term.
        """
        self._seated = seated
        self._faults = faults
        self._rng = rng
        self._related = related
        self._term = term
        self._as_of = as_of
        self._addresses = addresses
        self.struck: dict[Key, Struck] = {}

    def deliver(self, messages: Sequence[Message]) -> list[Delivery]:
        """What reaches Canvas, by time."""
        fates = self._draw_fates(messages)
        adds: dict[tuple[str, str], Message] = {}
        deliveries: list[Delivery] = []
        for number, message in enumerate(messages):
            fate = fates.get(number)
            deliveries.extend(self._carry(message, fate, adds) if fate else faithfully([message]))
            for row in message.rows:
                if row.file == "enrollments" and row.cells[3] == "active":
                    adds[row.cells[0], row.cells[1]] = message
        return sorted(deliveries, key=lambda delivery: delivery.at)

    def _draw_fates(self, messages: Sequence[Message]) -> dict[int, str]:
        """Which messages are struck, by position; one fault each, in the order of the faults."""
        fates: dict[int, str] = {}
        for fault in self._faults:
            candidates = [
                number
                for number, message in enumerate(messages)
                if number not in fates and self._may_strike(fault, message)
            ]
            least = 2 if fault.name == "lost" else 1
            for number in draw_share(self._rng, candidates, fault.share, least):
                fates[number] = fault.name
        return fates

    def _may_strike(self, fault: Fault, message: Message) -> bool:
        operation = message.operation
        if operation.kind not in fault.kinds or not message.rows:
            return False
        if operation.sections and operation.sections[0].term != self._term:
            return False
        if not operation.sections and operation.person not in self._seated:
            return False
        if operation.kind is Kind.SECTION_OPENED and not self._related.isdisjoint(operation.sections):
            return False
        return fault.name != "late" or self._as_of - operation.at <= RECENT

    def _carry(self, message: Message, fate: str, adds: Mapping[tuple[str, str], Message]) -> Iterator[Delivery]:
        """Deliver a struck message as its fate has it."""
        self._note(message, fate, message.rows)
        at = message.operation.at
        for rows, delay in FATES[fate](self, message, adds):
            self._note(message, fate, rows)
            yield Delivery(min(at + delay, self._as_of), rows, message.operation)

    def arrive_never(self, _message: Message, _adds: Adds) -> Parcels:
        """Lost on the way, or still queued at as-of."""
        return []

    def arrive_twice(self, message: Message, _adds: Adds) -> Parcels:
        """The same rows again a little later, which Canvas takes in its stride."""
        return [(message.rows, timedelta(0)), (message.rows, timedelta(minutes=40))]

    def arrive_out_of_order(self, message: Message, adds: Adds) -> Parcels:
        """An earlier add is delivered again after the student left, and revives the enrolment."""
        left = [row.cells[:2] for row in message.rows if row.cells[3] != "active"]
        earlier = [adds[section, user] for section, user in left if (section, user) in adds]
        again = [(add.rows, timedelta(minutes=90)) for add in earlier]
        return [(message.rows, timedelta(0)), *again]

    def arrive_elsewhere(self, message: Message, _adds: Adds) -> Parcels:
        """Addressed to another section."""
        rows = [self._readdressed(row) for row in message.rows]
        return [(tuple(rows), timedelta(0))]

    def arrive_as_another(self, message: Message, _adds: Adds) -> Parcels:
        """With a role that is not the person's."""
        rows = []
        for row in message.rows:
            section, user, role, status = row.cells
            mistaken = self._rng.choice(MISTAKEN_ROLES[role])
            rows.append(FeedRow("enrollments", (section, user, mistaken, status)))
        return [(tuple(rows), timedelta(0))]

    def _readdressed(self, row: FeedRow) -> FeedRow:
        others = self._addresses.get(row.cells[0])
        return row._replace(cells=(self._rng.choice(others), *row.cells[1:])) if others else row

    def _note(self, message: Message, fault: str, rows: Iterable[FeedRow]) -> None:
        for row in rows:
            for key in keys_of(row):
                self.struck[key] = Struck(message.operation, fault)


def faithfully(messages: Iterable[Message]) -> Iterator[Delivery]:
    """Every message at once and as it is."""
    for message in messages:
        if message.rows:
            yield Delivery(message.operation.at, message.rows, message.operation)


FATES: Mapping[str, Callable[[Transport, Message, Adds], Parcels]] = {
    "lost": Transport.arrive_never,
    "late": Transport.arrive_never,
    "duplicated": Transport.arrive_twice,
    "reordered": Transport.arrive_out_of_order,
    "wrong section": Transport.arrive_elsewhere,
    "wrong role": Transport.arrive_as_another,
}
"""What each fault makes of a message."""
