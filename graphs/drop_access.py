"""The end of access after a drop: what the rules of the roster want for this one row, and nothing of our own (S117).

The roster workflow owns the LMS status. It hears of the same notification, and whichever of the two runs comes first
ends the access: both ask for the same change of the same record, which the gate makes once and the other finds made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.drop.seat import Seat
from domain.changes import Deactivate
from domain.lms import LmsRole
from graphs.drop_specialist import DropRequest
from graphs.governing import Populations
from graphs.specialists import SyncRequest

if TYPE_CHECKING:
    from graphs.roster_work import RosterWork


@dataclass(frozen=True)
class AccessEnd:
    """Asks the roster specialist about one notification, and takes the end of one student's access from its answer."""

    roster: "RosterWork"

    def plan(self, request: DropRequest, seat: Seat) -> tuple[Sequence[Deactivate], Populations]:
        """Return the end of access, deleted or inactive by the side of census (R48, R49); none where a person must say.

        A row that somebody made by hand stays, and one without a date becomes the roster's ticket (R50, R53).
        """
        asked = SyncRequest(
            run=request.run, kind="event", term=seat.drop.section.term, dry_run=request.dry_run, event=request.event
        )
        detection = self.roster.detect(asked)
        remedies = (change for difference in detection.differences for change in difference.remedy)
        mine = [change for change in remedies if isinstance(change, Deactivate) and _is_of(change, seat)]
        return mine, self.roster.populations(detection) if mine else Populations()


def _is_of(change: Deactivate, seat: Seat) -> bool:
    whose = (change.person, change.section) == (seat.drop.person, seat.drop.section)
    return whose and change.role not in {LmsRole.TEACHER, LmsRole.TA}
