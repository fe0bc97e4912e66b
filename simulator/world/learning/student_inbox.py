"""What students write to the institution's own account: now and then somebody is in distress and says so."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from simulator.banner.state import BannerState
from simulator.banner.tables import Person
from simulator.canvas.state import CanvasState
from simulator.world.learning.plant import Item

MESSAGES = (
    "I have not slept for days and I cannot do this anymore. I don't see the point of anything.",
    "I missed everything this week. I feel hopeless and I don't want to be here anymore.",
    "Sorry for not handing anything in. Since my brother died I can't get out of bed and nobody notices.",
)
SUBJECT = "About this week"


class StudentInbox:
    """Writes messages as students; `written` lists them by natural keys."""

    def __init__(self, banner: BannerState, canvas: CanvasState, seed: int) -> None:
        self._banner = banner
        self._canvas = canvas
        self._rng = Random(f"inbox {seed}")
        self.written: list[Item] = []

    def write(self) -> Item:
        """Write one message; a student writes once. ValueError when no student of the term is left."""
        people = sorted(self._people(), key=lambda each: each.banner_id)
        if not people:
            raise ValueError("Every student of the running term has written already.")
        person, body = self._rng.choice(people), MESSAGES[len(self.written) % len(MESSAGES)]
        user = self._canvas.user_by_sis(person.banner_id)
        assert user is not None
        with self._canvas.acting("hand", "message from a student"):
            (conversation,) = self._canvas.send_message(user.id, [self._canvas.service_user], body, subject=SUBJECT)
        item: Item = {
            "family": "message",
            "kind": "distress",
            "keys": {"term": self._banner.calendar.current, "bannerId": person.banner_id},
            "conversation": conversation.id,
            "body": body,
        }
        self.written.append(item)
        return item

    def _people(self) -> Iterator[Person]:
        """Those registered in the running term who have an account and have not written yet."""
        known = {str(item["keys"]) for item in self.written}
        for guid, rows in self._banner.registrations_of.items():
            person = self._banner.persons[guid]
            term = self._banner.calendar.current
            keys = str({"term": term, "bannerId": person.banner_id})
            studies = any(row.status.registered and row.section.key.term == term for row in rows)
            user = self._canvas.user_by_sis(person.banner_id) if studies and keys not in known else None
            if user is not None and user.workflow_state != "deleted":
                yield person
