"""Puts the drop specialist together from the doors of an installation; it gets readers and the governor, no hands."""

from typing import TYPE_CHECKING

from agents.drop.gathering import Sources
from agents.drop.kept import PolicyText
from domain.materials import AccessClass
from graphs.drop_access import AccessEnd
from graphs.drop_evidence import EvidenceKeeper
from graphs.drop_guard import WhileGone
from graphs.drop_return import DropReturn
from graphs.drop_seats import SeatReader
from graphs.drop_specialist import DropRequest
from graphs.drop_withdrawal import DROP_AGENT, DropActing
from graphs.drop_work import DropWork
from graphs.governing import Governor
from graphs.reports import ProgressSink
from graphs.roster_opening import open_roster_work
from privacy.knowledge.vocabulary import SearchScope
from tools.scoped import ScopedBanner

if TYPE_CHECKING:
    from graphs.doors import Doors

_ASKED = "dropping or withdrawing from a class: deadlines, refunds, aid"
_TEXTS = 3


def put_to_work(doors: "Doors", request: DropRequest, governor: Governor, progress: ProgressSink) -> DropActing:
    """Return who acts in a drop run and what its nodes may call."""
    work = DropWork(
        seats=_seats(doors),
        sources=lambda: sources_of(doors),
        policy=doors.drop_policy,
        drops=doors.drops,
        clock=doors.clock,
        principal=DROP_AGENT,
        evidence=keeper_of(doors),
        returning=DropReturn(doors.drops, doors.outbox, doors.approvals),
        access=_access(doors, progress),
        citations=lambda: find_texts(doors),
        progress=progress,
    )
    guarded = WhileGone(governor, lambda: work.is_gone(request)) if request.event is not None else governor
    return DropActing(request.run, DROP_AGENT, guarded, work)


def sources_of(doors: "Doors") -> Sources:
    """Return where facts about a student in a class are read."""
    readers = doors.readers
    return Sources(readers.records, readers.classroom, readers.lms.capabilities().system)


def keeper_of(doors: "Doors") -> EvidenceKeeper:
    """Return what keeps evidence of engagement before access ends (R116)."""
    return EvidenceKeeper(lambda: sources_of(doors), doors.drops, doors.clock)


def find_texts(doors: "Doors") -> tuple[PolicyText, ...]:
    """Return the institution's own texts on drops, where the knowledge base is open in this process (S161).

    Without one the statement stands all the same, because its figures rest on the policy tables.
    """
    scope = SearchScope(classes=frozenset({AccessClass.PUBLIC}), purpose="drop or withdrawal", limit=_TEXTS)
    found = [passage.citation for passage in doors.library.search(_ASKED, DROP_AGENT, scope) if passage.trusted]
    return tuple(
        PolicyText(
            title=one.title, section=one.section, version=one.version, url=one.url, content_hash=one.content_hash
        )
        for one in found
    )


def _seats(doors: "Doors") -> SeatReader:
    """Return what reads registrations; days end in the policy's zone, else in the institution's (R114)."""
    policy, sis = doors.drop_policy, doors.readers.sis
    return SeatReader(
        sis=sis,
        named=sis.find_named if isinstance(sis, ScopedBanner) else None,
        relationships=doors.readers.relationships,
        identities=doors.identities,
        ledger=doors.ledger,
        clock=doors.clock,
        zone=policy.zone if policy else doors.institution.zone,
        actor=DROP_AGENT.id,
    )


def _access(doors: "Doors", progress: ProgressSink) -> AccessEnd | None:
    """Return what asks the roster's rules about one notification; None where the SIS has no notifications."""
    if doors.events is None:
        return None
    return AccessEnd(open_roster_work(doors, DROP_AGENT, progress))
