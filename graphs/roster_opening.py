"""Puts the roster specialist together from an installation's readers, for whichever agent asks its rules."""

from typing import TYPE_CHECKING

from domain.principals import Principal
from graphs.deliveries import Deliveries
from graphs.reports import ProgressSink
from graphs.roster_work import RosterWork
from store.plans import Notices

if TYPE_CHECKING:
    from graphs.doors import Doors


def open_roster_work(doors: "Doors", agent: Principal, progress: ProgressSink) -> RosterWork:
    """Return the specialist, with readers and no hands, no model and no desk."""
    return RosterWork(
        sis=doors.readers.sis,
        lms=doors.readers.lms,
        institution=doors.institution,
        identities=doors.identities,
        ledger=doors.ledger,
        runs=doors.runs,
        clock=doors.clock,
        principal=agent,
        staging=doors.settings.home / "staging",
        deliveries=Deliveries(doors.ledger, Notices(doors.database, clock=doors.clock), agent.id),
        limits=doors.policy.plausible,
        events=doors.events,
        progress=progress,
    )
