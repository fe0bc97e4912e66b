"""The truth behind a campus, kept for scoring: the faithful twin and what differed from it when.

Differences are noted when they arise. What a run repairs later stays in the key, because it was there to be
found; `remaining` says what differs still.
"""

from __future__ import annotations

import threading

from simulator.banner.tables import SectionKey
from simulator.world.answer_key import Identity, Item, ItemWriter, write_without_login
from simulator.world.benign_list import list_benign
from simulator.world.carriage import Key, import_rows
from simulator.world.difference import Compared, Difference, compare
from simulator.world.operations import Operation
from simulator.world.practice import sis_course_id, sis_section_id
from simulator.world.rehearsal import Cause, Rehearsed, former_ids
from simulator.world.snapshot import SnapshotMaker
from simulator.world.transport import keys_of

AFTER_AS_OF = "happened after as-of"


class Truth:
    """Keeps the twin up to date and the list of what was there to be found."""

    def __init__(self, rehearsed: Rehearsed) -> None:
        self._rehearsed = rehearsed
        self._causes = dict(rehearsed.causes)
        self._lock = threading.Lock()
        self._aliases = former_ids(rehearsed.banner)
        self._twin = SnapshotMaker(rehearsed.twin, self._aliases)
        self._actual = SnapshotMaker(rehearsed.canvas, self._aliases)
        self._writer = ItemWriter(rehearsed.banner, self._causes)
        self._items: dict[Identity, Item] = {}
        self._absorbed: dict[Identity, Item] = {}
        self._note(self._compare())
        for item in write_without_login(rehearsed.banner, rehearsed.feed):
            self._items[item.identity] = item

    def hear(self, operation: Operation) -> None:
        """Carry an operation to the twin, and note what differs because of it."""
        message = self._rehearsed.feed.message(operation)
        if not message.rows:
            return
        keys: list[Key] = list(dict.fromkeys(key for row in message.rows for key in keys_of(row)))
        around: list[Key] = [("section", key[1]) for key in keys if key[0] == "enrollment"]
        with self._lock:
            import_rows(self._rehearsed.twin, message.rows)
            self._causes.update(dict.fromkeys(keys, Cause(operation.described(), AFTER_AS_OF)))
            touched = [*keys, *around]
            faithful, actual = self._twin.make_part(touched), self._actual.make_part(touched)
            self._note(self._still_open(compare(faithful, actual, self._course_of)))

    def answer_key(self) -> dict[str, object]:
        """The key as JSON.

        `real` was there to be found; `absorbed` are enrolments that a real item explains, so that naming them
        too is neither right nor wrong; `benign` must stay silent; `remaining` differs still.
        """
        real = self.real_items()
        benign = list_benign(
            self._rehearsed.banner,
            self._rehearsed.feed,
            self._rehearsed.benign_actions,
            [item.keys for item in real],
        )
        return {
            "real": [item.to_json() for item in real],
            "absorbed": [item.to_json() for item in self._absorbed.values()],
            "benign": benign,
            "remaining": [item.to_json() for item in self.remaining()],
        }

    def real_items(self) -> list[Item]:
        """Everything that was there to be found, in the order in which it arose."""
        with self._lock:
            return list(self._items.values())

    def remaining(self) -> list[Item]:
        """What differs at this moment."""
        with self._lock:
            return self._writer.write(self._compare().differences)

    def _compare(self) -> Compared:
        return self._still_open(compare(self._twin.make(), self._actual.make(), self._course_of))

    def _still_open(self, found: Compared) -> Compared:
        """Leave out what lies in sections whose grades are in, and accounts that only those need: that is history."""
        settled = self._settled()
        lost = {each.keys["person"] for each in found.differences if _is_lost_account(each)}
        idle = lost - self._awaited() if lost else lost
        kept = [each for each in found.differences if not (_is_lost_account(each) and each.keys["person"] in idle)]
        return Compared(*([each for each in part if not _places(each) & settled] for part in (kept, found.absorbed)))

    def _awaited(self) -> set[str]:
        """The SIS ids of all who sit or teach in a section of the running term that is not settled."""
        banner, settled = self._rehearsed.banner, self._settled()
        going = [
            row
            for row in banner.sections.values()
            if row.key.term == banner.calendar.current and sis_section_id(row.key) not in settled
        ]
        seated = {row.person.banner_id for each in going for row in banner.rosters[each.key] if row.status.registered}
        return seated | {row.person.banner_id for each in going for row in banner.assignments_of[each.key]}

    def _settled(self) -> set[str]:
        """The SIS ids of settled sections and of the courses that were theirs."""
        banner = self._rehearsed.banner
        today = banner.calendar.local_day(banner.clock.now())
        over = [row for row in banner.sections.values() if banner.calendar.is_settled(row.key.term, row.part, today)]
        return {sis_section_id(row.key) for row in over} | {sis_course_id(row) for row in over if row.primary is None}

    def _note(self, found: Compared) -> None:
        """Remember what arose, the first time it did."""
        for item in self._writer.write(found.differences):
            self._items.setdefault(item.identity, item)
        for item in self._writer.write(found.absorbed):
            self._absorbed.setdefault(item.identity, item)

    def _course_of(self, section: str) -> str | None:
        """The catalogue course and term of a section, by its SIS id."""
        term, _, crn = section.partition("-")
        row = self._rehearsed.banner.sections.get(SectionKey(term, crn))
        return None if row is None else f"{row.course.code} {term}"


def _places(difference: Difference) -> set[str]:
    """The section that differs, else the course."""
    return {difference.keys.get("section") or difference.keys.get("course", "")} - {""}


def _is_lost_account(difference: Difference) -> bool:
    """Tell whether somebody's account is not there, or only as a deleted one."""
    return difference.kind == "user" and difference.before is not None and difference.after is None
