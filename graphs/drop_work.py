"""The drop specialist at work in one run: reads the registration anew, gathers, makes the statement, proposes.

What is kept of a drop is found again by person and class, so that a second notification of the same drop starts
nothing, and a return finds what to take back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agents.drop import Standing, plan_impact, plan_without_policy
from agents.drop.following import TOPIC, Following, reference_of
from agents.drop.gathering import Sources, gather_facts
from agents.drop.kept import KeptDrop, PolicyText
from agents.drop.notices import plan_notices
from agents.drop.seat import Seat, SeatState, latest_row
from agents.drop.tickets import plan_request
from domain.calendar import local_day
from domain.changes import Change
from domain.drop_policy import DropPolicy, Standards
from domain.drops import DropFacts, DropKind
from domain.plans import Plan
from domain.ports import Clock
from domain.principals import Principal
from graphs.drop_access import AccessEnd
from graphs.drop_evidence import EvidenceKeeper
from graphs.drop_return import DropReturn
from graphs.drop_seats import SeatReader
from graphs.drop_specialist import DropRequest
from graphs.governing import Populations
from graphs.reports import Progress, ProgressSink, Stage
from store.drops import DropRecords

CREATED = "created"
NO_POLICY_OFFICE = "registrar"
"""Who is asked where no policy names an office of records."""
_GATHERED = ("schedule", "account", "progress", "flags", "engagement", "work")


@dataclass(frozen=True)
class DropWork:
    """What the specialist needs of an installation; fits ``graphs.drop_specialist.DropSpecialist``.

    ``policy`` is None where the institution has written none; ``access`` where the LMS status cannot be worked out for
    one notification; ``citations`` finds the institution's own texts on drops.
    """

    seats: SeatReader
    sources: Callable[[], Sources]
    policy: DropPolicy | None
    drops: DropRecords
    clock: Clock
    principal: Principal
    evidence: EvidenceKeeper
    returning: DropReturn
    access: AccessEnd | None = None
    citations: Callable[[], tuple[PolicyText, ...]] = tuple
    progress: ProgressSink = lambda _: None

    def detect(self, request: DropRequest) -> Seat | None:
        """Read the registration anew; None where it names no class or nobody, or nobody left or came back (R52)."""
        found = None if self._is_decided(request) else self.seats.read(request)
        self.progress(Progress(stage=Stage.DETECT, label="registration", done=1, total=1))
        if found is None:
            return None
        if request.event is None:
            return self.seats.asked(request, found)
        row = latest_row(found.rows, found.section)
        if row is None:
            return None
        if found.state is SeatState.HELD:
            return self.returning.seat_of(request, found.person, row)
        seat = self.seats.left(found, row)
        known = seat.state is SeatState.LEFT and self.returning.is_known(request, seat)
        return seat.model_copy(update={"state": SeatState.KNOWN}) if known else seat

    def _is_decided(self, request: DropRequest) -> bool:
        """Tell from the notification alone that nobody left: a new registration is a return at most (R51, R52).

        Where no drop was ever dealt with here, there is none to take back, and the SIS is not asked.
        """
        return request.event is not None and request.event.operation == CREATED and self.drops.is_empty()

    def enrich(self, request: DropRequest, seat: Seat) -> DropFacts:
        """Keep the evidence first, then gather the rest; of a drop that was undone nothing more is read (R116)."""
        drop = seat.drop
        if seat.state is SeatState.RETURNED:
            return DropFacts(drop=drop, registered_again_sequence=max(seat.sequence, drop.sequence + 1))
        if seat.state is SeatState.ASKED or request.dry_run:
            evidence = self.evidence.gather(drop.person, drop.section)
        else:
            evidence = self.evidence.keep(drop.person, drop.section, request.run)
        facts = gather_facts(drop, self.sources(), self.policy, evidence)
        self.seats.record(request, ", ".join(_GATHERED), drop.person)
        read = sum(getattr(facts, name) is not None for name in _GATHERED)
        self.progress(Progress(stage=Stage.ENRICH, label="facts", done=read, total=len(_GATHERED)))
        return facts

    def propose_access(self, request: DropRequest, seat: Seat) -> tuple[Plan, Populations]:
        """Return the end of access as the roster rules want it; nothing for a question or a return (S117)."""
        if self.access is None or seat.state is not SeatState.LEFT:
            return self._plan(request, ()), Populations()
        changes, populations = self.access.plan(request, seat)
        return self._plan(request, changes), populations

    def propose_notices(self, request: DropRequest, seat: Seat, facts: DropFacts) -> Plan:
        """Make and keep the statement, and return what follows; a return met on the way ends it here (R51)."""
        if seat.state is SeatState.LEFT and not self.is_gone(request):
            again = max(seat.sequence, seat.drop.sequence) + 1
            facts = facts.model_copy(update={"registered_again_sequence": again})
        kept = self._state(request, seat, facts)
        if not request.dry_run:
            self._keep(request, kept)
        changes = self._following(request, kept)
        self.progress(Progress(stage=Stage.PROPOSE, label="changes", done=len(changes)))
        return self._plan(request, changes)

    def is_gone(self, request: DropRequest) -> bool:
        """Tell whether the student has still left the class, read anew (R51)."""
        found = self.seats.read(request)
        return found is None or found.state is not SeatState.HELD

    def _state(self, request: DropRequest, seat: Seat, facts: DropFacts) -> KeptDrop:
        """Make the statement, with the reference that everything about this drop carries."""
        zone = self.seats.zone.key
        policy = self.policy
        statement = plan_impact(facts, policy) if policy else plan_without_policy(facts, NO_POLICY_OFFICE, zone)
        earlier = self.returning.times_undone(request, seat)
        reference = self.returning.reference(request, seat) or reference_of(seat.drop, statement.campus_day, earlier)
        ended = statement.standing is Standing.SUPERSEDED
        return KeptDrop(
            statement=statement, seat=seat, reference=reference, citations=() if ended else self.citations()
        )

    def _keep(self, request: DropRequest, kept: KeptDrop) -> None:
        said = kept.statement
        self.drops.keep_statement(
            request.run,
            said.person,
            str(said.section),
            kind=said.kind.value,
            standing=said.standing.value,
            text=kept.model_dump_json(),
        )

    def _following(self, request: DropRequest, kept: KeptDrop) -> Sequence[Change]:
        if kept.seat.state is SeatState.RETURNED:
            return self.returning.take_back(request, kept.seat, kept.reference)
        if kept.statement.standing is Standing.SUPERSEDED:
            return ()
        case = self._case(request, kept)
        if kept.statement.kind is DropKind.REQUESTED:
            return plan_request(case) if request.ticket else ()
        return plan_notices(case)

    def _case(self, request: DropRequest, kept: KeptDrop) -> Following:
        rules = self._newest
        return Following(
            run=request.run,
            statement=kept.statement,
            seat=kept.seat,
            reference=kept.reference,
            office=rules.records_office if rules else NO_POLICY_OFFICE,
            reinstating=rules.reinstatement.office if rules else NO_POLICY_OFFICE,
            today=local_day(self.clock.now(), self.seats.zone),
        )

    @property
    def _newest(self) -> Standards | None:
        return max(self.policy.standards, key=lambda one: one.effective_term) if self.policy else None

    def _plan(self, request: DropRequest, changes: Sequence[Change]) -> Plan:
        return Plan(
            run=request.run,
            topic=TOPIC,
            requested_by=self.principal.id,
            made_at=self.clock.now(),
            changes=tuple(changes),
        )
