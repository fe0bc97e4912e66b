"""The roster specialist at work in one run: reads through the connectors, compares and proposes through its rules.

Who was read about is put on record, one entry per run, before anything is concluded (S224).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.roster import Detection, Difference, SourceCounts, detect, detect_one, propose
from agents.roster.leftovers import classify_leftovers
from agents.roster.pre_semester import propose_cases, rules_in_force
from domain.calendar import first_day, local_day
from domain.changes import CreateTicket, Deactivate, OpenCase
from domain.ids import RecordHandle, RunId, SectionKey, SisPersonId, TermCode
from domain.institution import Institution
from domain.lms import LmsRole
from domain.plans import Plan
from domain.ports import Clock, IdentityResolver, LmsReader, ModelPort, Observer, SisReader
from domain.principals import Principal
from domain.rules.bulk import BulkLimits
from governance.actions import ObjectType
from graphs.deliveries import Deliveries
from graphs.drop_evidence import EvidenceKeeper
from graphs.event_reading import EventReader
from graphs.governing import Populations
from graphs.reports import Progress, ProgressSink, Stage
from graphs.specialists import Notes, SyncRequest
from graphs.term_reading import read_term
from store.ledger import Ledger
from store.plans import Runs, RunState

LOOK_AHEAD = "pre-semester review"
_AGENT = "roster"
_ROWS = "rows "
_GOOD = frozenset({RunState.DONE, RunState.WAITING, RunState.ROLLED_BACK})
_READ = _GOOD | {RunState.RUNNING}
_LOOK_BACK = 50
_TERM_KINDS = ("reconcile", "dry run")
_COUNTED = {
    ObjectType.PERSON: "people",
    ObjectType.SECTION: "sections",
    ObjectType.COURSE: "sections",
    ObjectType.ENROLMENT: "registrations",
}


@dataclass(frozen=True)
class RosterWork:
    """What the specialist needs of an installation; fits ``graphs.specialists.RosterSpecialist``.

    ``events`` is None where the SIS has no feed; ``staging`` is the folder for short-lived snapshots; ``desk`` shows
    which cases and tickets stand already, so that none is proposed twice; ``evidence`` keeps what a student did before
    access ends.
    """

    sis: SisReader
    lms: LmsReader
    institution: Institution
    identities: IdentityResolver
    ledger: Ledger
    runs: Runs
    clock: Clock
    principal: Principal
    staging: Path
    deliveries: Deliveries
    limits: BulkLimits
    events: EventReader | None = None
    model: ModelPort | None = None
    desk: Observer | None = None
    evidence: EvidenceKeeper | None = None
    progress: ProgressSink = lambda _: None

    def detect(self, request: SyncRequest) -> Detection:
        """Read both systems and compare them, for a term or for one event."""
        return self._detect_event(request) if request.event is not None else self._detect_term(request)

    def enrich(self, request: SyncRequest, detection: Detection) -> Notes:
        """Let a model word what the rules left over, where one is configured; it decides nothing (E13)."""
        self._keep_evidence(request, detection)
        self.progress(Progress(stage=Stage.ENRICH, label="discrepancies", done=len(detection.differences)))
        return Notes(words=classify_leftovers(detection, self.model))

    def _keep_evidence(self, request: SyncRequest, detection: Detection) -> None:
        """Keep what a student who left did in the class, before access ends and the LMS shows less of it (R116).

        A night's run ends access as well, but of whoever left with a notification the evidence is kept by then.
        """
        if self.evidence is None or request.event is None or request.dry_run:
            return
        for change in (change for found in detection.differences for change in found.remedy):
            if isinstance(change, Deactivate) and change.role is LmsRole.STUDENT:
                self.evidence.keep(change.person, change.section, request.run)

    def propose(self, request: SyncRequest, detection: Detection, notes: Notes) -> Plan:
        """Return the plan of every remedy and ticket."""
        who, now = self.principal.id, self.clock.now()
        plan = self._without_standing(
            propose(detection, run=request.run, requested_by=who, made_at=now, notes=notes.words)
        )
        self.progress(Progress(stage=Stage.PROPOSE, label="changes", done=len(plan.changes)))
        return plan

    def look_ahead(self, request: SyncRequest, detection: Detection) -> Plan:
        """Return the pre-semester cases; histories are read only while they can still matter (S132 to S140)."""
        term, now = detection.term, self.clock.now()
        cases: tuple[OpenCase, ...] = ()
        if self._may_look_ahead(term):
            registrations = self.sis.read_registrations(term)
            histories = self.sis.read_histories()
            cases = propose_cases(histories, registrations.rows, term, self.institution, now, resolver=self.identities)
            self._record_reads(request, [history.person for history in histories.rows])
        plan = Plan(run=request.run, topic=LOOK_AHEAD, requested_by=self.principal.id, made_at=now, changes=cases)
        return self._without_standing(plan)

    def _without_standing(self, plan: Plan) -> Plan:
        """Leave out the cases and tickets that stand at the desk already, open or dealt with."""
        marked = [change for change in plan.changes if isinstance(change, OpenCase | CreateTicket)]
        if self.desk is None or not marked:
            return plan
        images = self.desk.observe(marked)
        standing = {change.change_id for change in marked if images[change.change_id].satisfies(change.after)}
        return plan.with_changes(tuple(change for change in plan.changes if change.change_id not in standing))

    def _may_look_ahead(self, term: TermCode) -> bool:
        calendar = self.institution.calendar(term)
        today = local_day(self.clock.now(), self.institution.zone)
        return calendar is not None and today < first_day(calendar) and bool(rules_in_force(term, self.institution))

    def populations(self, detection: Detection) -> Populations:
        """Return how many objects of each type the SIS had when the term was last read; else they are counted (R67)."""
        rows = self._last_counts(detection.term)
        if not rows and detection.differences and self.events is not None:
            rows = self.events.count(detection.term)
        return Populations(counts={kind: rows[name] for kind, name in _COUNTED.items() if name in rows})

    def _detect_term(self, request: SyncRequest) -> Detection:
        with self.deliveries.taking(self.sis, request, first_today=self._is_first_today(request)) as delivered:
            snapshots = read_term(self.sis, self.lms, request.term, self.progress)
        self._record_reads(request, [person.sis_id for person in snapshots.people.rows])
        earlier = self._earlier_counts(request)
        counts = snapshots.counts().rows
        self.runs.settle(request.run, RunState.RUNNING, {_ROWS + name: number for name, number in counts.items()})
        now = self.clock.now()
        found = detect(
            snapshots,
            self.institution,
            now,
            resolver=self.identities,
            limits=self.limits,
            staging=self.staging,
            earlier=earlier,
        )
        return found.model_copy(update={"findings": (*delivered, *found.findings)}) if delivered else found

    def _is_first_today(self, request: SyncRequest) -> bool:
        """Tell whether no other run looked at the term today: a second look at one delivery is nothing to warn of."""
        today, zone = local_day(self.clock.now(), self.institution.zone), self.institution.zone
        earlier = (run for run in self.runs.latest(_TERM_KINDS[0]) if run.id != request.run)
        return not any(run.term == request.term and local_day(run.started_at, zone) == today for run in earlier)

    def _earlier_counts(self, request: SyncRequest) -> SourceCounts | None:
        """Return the row counts of the last run of this term that was not stopped (R66)."""
        rows = self._last_counts(request.term, but=request.run, states=_GOOD)
        return SourceCounts(rows=rows) if rows else None

    def _last_counts(
        self, term: TermCode, but: RunId | None = None, states: frozenset[RunState] = _READ
    ) -> Mapping[str, int]:
        runs = [run for kind in _TERM_KINDS for run in self.runs.latest(kind, limit=_LOOK_BACK)]
        for run in sorted(runs, key=lambda run: run.started_at, reverse=True):
            rows = {name.removeprefix(_ROWS): count for name, count in run.counts.items() if name.startswith(_ROWS)}
            if rows and run.id != but and run.term == term and run.state in states:
                return rows
        return {}

    def _detect_event(self, request: SyncRequest) -> Detection:
        read = self.events.read(request.event) if self.events and request.event else None
        if read is None:
            return Detection(term=request.term, detected_at=self.clock.now())
        named, snapshots = read
        people = [named.person] if named.person else []
        self._record_reads(request, people)
        found = detect_one(snapshots, self.institution, self.clock.now(), resolver=self.identities)
        mine = set(self.identities.handles(people).values())
        return found.model_copy(
            update={"differences": tuple(each for each in found.differences if _concerns(each, mine, named.section))}
        )

    def _record_reads(self, request: SyncRequest, people: Sequence[SisPersonId]) -> None:
        handles = list(self.identities.handles(people).values())
        purpose = "dry run" if request.dry_run else "roster reconciliation"
        self.ledger.record_reads(
            self.principal.id, agent=_AGENT, purpose=purpose, run=request.run, what="rosters", people=handles
        )


def _concerns(difference: Difference, people: Collection[RecordHandle], section: SectionKey) -> bool:
    """Tell whether an event is about this difference; what else was read along with it is the nightly run's affair."""
    about = difference.discrepancy
    return about.person in people if about.person is not None else about.section in (section, None)
