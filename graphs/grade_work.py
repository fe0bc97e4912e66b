"""The grades specialist at work in one run: reads, looks, proposes, and keeps what the SIS answered.

Whose grades were read is put on record, one entry per run, before anything is concluded (S224).
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.grades.carrying import CarriedGrade
from agents.grades.proposal import propose_grades, tell_receipts
from agents.grades.reading import GradeReading
from agents.grades.tickets import propose_change
from domain.changes import Change, PostGrade
from domain.errors import RecordLocked
from domain.findings import Finding, Severity
from domain.grades import GradeColumn, GradeReceipt, ReceiptOutcome
from domain.ids import RecordHandle, RunId
from domain.plans import Plan
from domain.ports import Receipt
from domain.principals import Principal
from governance.actions import ObjectType
from graphs.governing import Populations
from graphs.grade_sheets import Sheets, open_sheets
from graphs.grade_specialist import Carried, GradeRequest, Looked
from graphs.reports import Progress, ProgressSink, Stage
from graphs.workflow import Found
from store.ledger import Ledger
from store.outbox import Intent, IntentState, Outbox

if TYPE_CHECKING:
    from graphs.doors import Doors

_OUTCOMES = {
    IntentState.VERIFIED: ReceiptOutcome.ACCEPTED,
    IntentState.REFUSED: ReceiptOutcome.REFUSED,
    IntentState.CONFLICT: ReceiptOutcome.REFUSED,
}
"""Accepted is what was read back; what was taken and does not show has no clear answer (principle 6)."""
_MOVED = "The grade on record moved since the sheet was made."


@dataclass(frozen=True)
class GradeWork:
    """What the specialist needs of an installation; fits ``graphs.grade_specialist.GradeSpecialist``."""

    sheets: Sheets
    ledger: Ledger
    outbox: Outbox
    principal: Principal
    progress: ProgressSink = lambda _: None

    def detect(self, request: GradeRequest) -> GradeReading:
        """Read the section from both systems."""
        reading = self.sheets.read(request.section)
        self.ledger.record_reads(
            self.principal.id,
            agent="grades",
            purpose="dry run" if request.dry_run else "grade passback",
            run=request.run,
            what="grades",
            people=reading.people,
        )
        self.progress(Progress(stage=Stage.DETECT, label="grades", done=len(reading.options)))
        return reading

    def enrich(self, request: GradeRequest, reading: GradeReading) -> Looked:
        """Look at the marks and make the sheet; how the columns are marked is kept for the next look."""
        doubts = self.sheets.doubts(reading)
        if not request.dry_run and not reading.unread:
            self.sheets.remember(reading, doubts)
        looked = self.sheets.look(reading, request.column, doubts)
        self.progress(Progress(stage=Stage.ENRICH, label="marks", done=len(reading.submissions)))
        return looked

    def found(self, reading: GradeReading, looked: Looked | None = None, carried: Carried | None = None) -> Found:
        """Return numbers and findings; nobody is named."""
        if looked is None:
            return Found(findings=reading.findings, stopped=reading.stopped)
        return Found(
            counts={**count_sheet(reading, looked), **(carried.counts if carried else {})},
            findings=(*reading.findings, *_stops(looked), *_residual(reading, carried)),
        )

    def propose(self, request: GradeRequest, reading: GradeReading, looked: Looked) -> Plan:
        """Return one plan of everything this look asks for."""
        carrying = self.sheets.carrying(reading, looked)
        carrying = carrying._replace(carried=tuple(self._carried(request, carrying.receipts)))
        asked = request.change_of
        changes = propose_change(carrying, asked) if asked else propose_grades(carrying)
        plan = self._plan(request, f"grades of {request.section}", changes)
        self.progress(Progress(stage=Stage.PROPOSE, label="changes", done=len(plan.changes)))
        return plan

    def receive(self, request: GradeRequest, looked: Looked) -> Carried:
        """Keep a receipt per student, and read the roster again: a line that does not show is a residual (R95)."""
        receipts = self._receipts(request)
        if not receipts:
            return Carried()
        self.sheets.kept.receipts.keep(request.run, receipts)
        now_held = {
            one.person: one.held_in(request.column)
            for one in self.sheets.records.read_grade_options(request.section).rows
        }
        sent = {one.person for one in receipts}
        lines = [line for line in looked.sheet.lines if line.person in sent]
        residual = sum(now_held.get(line.person) != line.letter for line in lines)
        outcomes = Counter(one.outcome for one in receipts)
        counts = {f"grades {outcome.value}": number for outcome, number in sorted(outcomes.items())}
        return Carried(
            sent=len(receipts),
            accepted=outcomes[ReceiptOutcome.ACCEPTED],
            residual=residual,
            counts={"grades sent": len(receipts), **counts, "grades not shown": residual},
        )

    def tell(self, request: GradeRequest, reading: GradeReading, looked: Looked) -> Plan:
        """Return the message to every grader about this run's receipts."""
        carrying = self.sheets.carrying(reading, looked)
        messages = tuple(tell_receipts(carrying, self._receipts(request), request.run))
        return self._plan(request, f"receipts of {request.section}", messages)

    def populations(self, reading: GradeReading) -> Populations:
        """Return how many grades the section has."""
        return Populations(counts={ObjectType.GRADE: len(reading.options)})

    def _plan(self, request: GradeRequest, topic: str, changes: tuple[Change, ...]) -> Plan:
        now = self.sheets.clock.now()
        return Plan(run=request.run, topic=topic, requested_by=self.principal.id, made_at=now, changes=tuple(changes))

    def _receipts(self, request: GradeRequest) -> tuple[GradeReceipt, ...]:
        """Return a receipt for each grade this run sent, made of what was answered and what was read back."""
        return tuple(receipt_of(intent, change) for intent, change in self._posted(request.run))

    def _posted(self, run: RunId) -> list[tuple[Intent, PostGrade]]:
        found = [(one, one.as_change()) for one in self.outbox.for_run(run)]
        return [(intent, change) for intent, change in found if isinstance(change, PostGrade)]

    def _carried(self, request: GradeRequest, receipts: Sequence[GradeReceipt]) -> Iterator[CarriedGrade]:
        """Yield each student's newest accepted receipt with the letter it is about, as the outbox has it (R96)."""
        runs = self.sheets.kept.receipts.runs_accepted(request.section, request.column)
        sent = {
            (run, change.person): change.grade
            for run in set(runs.values())
            for _, change in self._posted(run)
            if change.section == request.section and change.grade_type == request.column.value
        }
        newest = {one.person: one for one in receipts if one.outcome is ReceiptOutcome.ACCEPTED}
        for person, run in runs.items():
            if (run, person) in sent:
                yield CarriedGrade(sent[run, person], newest[person])


def receipt_of(intent: Intent, change: PostGrade) -> GradeReceipt:
    """Return the receipt of one grade (R95)."""
    answered = Receipt.model_validate(json.loads(intent.receipt)) if intent.receipt else None
    words = answered.message if answered else ""
    outcome = _OUTCOMES.get(intent.state, ReceiptOutcome.UNKNOWN)
    if outcome is not ReceiptOutcome.ACCEPTED and words.startswith(RecordLocked.code):
        outcome = ReceiptOutcome.LOCKED
    return GradeReceipt(
        section=change.section,
        person=RecordHandle(change.person),
        column=GradeColumn(change.grade_type),
        version=change.version,
        outcome=outcome,
        code=words.partition(":")[0] if words.startswith("PV") else intent.state.value,
        message=_MOVED if intent.state is IntentState.CONFLICT else words,
        received_at=intent.updated_at,
    )


def count_sheet(reading: GradeReading, looked: Looked) -> dict[str, int]:
    """Return a sheet by number; questions are counted apart from holds (S87)."""
    sheet = looked.sheet
    kept = Counter(block.rule for one in sheet.kept for block in one.blocks)
    return {
        "students": len(reading.options),
        "grades to carry": len(sheet.lines),
        "grades held already": len(sheet.already_held),
        "students kept": len(sheet.kept),
        **{f"kept by {rule}": number for rule, number in sorted(kept.items())},
        "holds": len(looked.holds),
        "questions": len(looked.questions),
        "attested": int(looked.attested),
    }


def _stops(looked: Looked) -> list[Finding]:
    return [
        Finding(
            code=block.rule,
            severity=Severity.WARNING,
            subject=f"section {looked.sheet.section}",
            message=block.reason,
            fix=block.fix,
        )
        for block in looked.sheet.stops
    ]


def _residual(reading: GradeReading, carried: Carried | None) -> list[Finding]:
    """Return what is left between the attested sheet and the SIS after carrying, if anything."""
    if carried is None or not carried.residual:
        return []
    words = f"{carried.residual} of {carried.sent} grades that were sent do not show in the SIS."
    fix = f"Look: provost grades receipts {reading.key}; put it right, then send again."
    return [Finding(code="R95", severity=Severity.WARNING, subject=f"section {reading.key}", message=words, fix=fix)]


def grade_work(doors: "Doors", principal: Principal, progress: ProgressSink) -> GradeWork:
    """Put the specialist together; ConfigurationError where grades cannot be read."""
    return GradeWork(open_sheets(doors), doors.ledger, doors.outbox, principal, progress)
