"""A grade sheet as a page shows it: each student with where their grade stands, what is asked, how far it has come.

Everything is the desk's own answer (``graphs.grade_desk``); here it is put in the order in which a grader works.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.changes import grade_key
from domain.errors import AccessDenied, ApprovalRequired
from domain.grade_holds import GradeHold, HoldState, KeptHold
from domain.grades import (
    BlockKind,
    GradeBlock,
    GradeColumn,
    GradeOptions,
    GradeReceipt,
    GradeSheetLine,
    InstructorEntry,
    ReceiptOutcome,
    ScoreSource,
)
from domain.ids import RecordHandle, RunId, SectionKey
from domain.ports import Engine
from domain.principals import Principal
from domain.records import Record, Section
from domain.rules.grades.scores import ChosenGrade
from domain.rules.grades.sending import outstanding
from graphs.desks.names import Named, Names, name_people
from graphs.grade_desk import GradeDesk
from graphs.grade_duties import is_registrar, may_grade
from graphs.grade_specialist import GradeRequest
from graphs.runner import new_run
from graphs.sheet_view import SheetView
from store.plans import ApprovalRequests

if TYPE_CHECKING:
    from graphs.assembly import Provost

PURPOSE = "grade sheet"
_SETTLED = frozenset({"R79", "R80"})


class Standing(StrEnum):
    """Where one student's grade stands, what needs somebody first."""

    QUESTION = "question"
    HELD = "held"
    BLOCKED = "blocked"
    LEFT_OUT = "left out"
    GOES = "goes"
    RECORDED = "in the record"


class SheetRow(Record):
    """One student of the sheet; ``asked`` tells that the grade waits for the registrar's approval."""

    who: Named
    standing: Standing
    mark: ChosenGrade
    line: GradeSheetLine | None = None
    blocks: tuple[GradeBlock, ...] = ()
    options: GradeOptions | None = None
    entry: InstructorEntry | None = None
    receipt: GradeReceipt | None = None
    asked: bool = False

    @property
    def enterable(self) -> bool:
        """Whether a word of the instructor's may let the grade go; of audits and withdrawals none does (R79, R80)."""
        stuck = self.standing in {Standing.BLOCKED, Standing.LEFT_OUT} and self.options is not None
        return stuck and not any(block.rule in _SETTLED for block in self.blocks)

    @property
    def not_taken(self) -> GradeReceipt | None:
        """The receipt of exactly this grade where it was sent and the SIS did not take it (R95)."""
        sent = self.receipt if self.standing is Standing.GOES and not self.asked else None
        same = sent is not None and self.line is not None and sent.version == self.line.version
        return sent if same and sent and sent.outcome is not ReceiptOutcome.ACCEPTED else None


class Doubt(Record):
    """One hold or question with whom it is about, None for a whole column, and what was answered, if anything."""

    hold: GradeHold
    state: HoldState
    who: Named | None = None
    kept: KeptHold | None = None


class SheetPage(Record):
    """A sheet as its page shows it; ``hidden`` students are kept whom the reader may not see (R88).

    ``remaining`` grades the SIS has not taken yet; ``asked`` of them wait for the registrar's approval.
    """

    key: SectionKey
    column: GradeColumn
    section: Section | None
    view: SheetView
    rows: tuple[SheetRow, ...]
    doubts: tuple[Doubt, ...]
    hidden: int
    remaining: int
    asked: int
    grader: bool
    registrar: bool

    @property
    def open_doubts(self) -> tuple[Doubt, ...]:
        """What nobody has answered yet."""
        return tuple(one for one in self.doubts if one.state is HoldState.OPEN)

    @property
    def questions(self) -> int:
        """How many questions must be answered before the sheet may be attested (S87)."""
        return sum(one.hold.kind.question for one in self.open_doubts)

    @property
    def attested(self) -> bool:
        """Whether a grader stands for exactly this sheet."""
        return self.view.looked.attested

    @property
    def attestable(self) -> bool:
        """Whether this reader could attest now; the desk decides again when they do (R92)."""
        sheet = self.view.looked.sheet
        return self.grader and not (self.attested or sheet.stops or self.questions) and bool(sheet.attested)

    @property
    def sendable(self) -> bool:
        """Whether this reader could start the carrying now, and something is left that nobody was asked about."""
        return self.view.block is None and (self.grader or self.registrar) and self.remaining > self.asked


def read_sheet(provost: "Provost", who: Principal, key: SectionKey, column: GradeColumn) -> SheetPage:
    """Return a section's sheet for somebody who may see it; raises what the desk raises."""
    view = GradeDesk(provost).sheet(who, key, column)
    names = name_people(provost, who, view.visible, PURPOSE, key)
    sheet = view.looked.sheet
    left = outstanding((line for line in sheet.lines if line.person in view.visible), view.receipts.values())
    asked = _asked(provost, view, left)
    return SheetPage(
        key=key,
        column=column,
        section=provost.sis.read_section(key),
        view=view,
        rows=_rows(view, names, asked),
        doubts=_doubts(view, names),
        hidden=sum(one.person not in view.visible for one in sheet.kept),
        remaining=len(left),
        asked=len(asked),
        grader=may_grade(who, view.section),
        registrar=is_registrar(who),
    )


def find_row(page: SheetPage, person: RecordHandle) -> SheetRow:
    """Return one student of a sheet; AccessDenied for anybody who is not on it for this reader."""
    found = next((row for row in page.rows if row.who.person == person), None)
    if found is None:
        fix = "Choose a student from the sheet."
        raise AccessDenied("The student is not on this sheet for you.", field=f"section {page.key}", fix=fix)
    return found


def ask_to_send(provost: "Provost", who: Principal, key: SectionKey, column: GradeColumn, engine: Engine) -> RunId:
    """Have a worker carry the attested grades, by the governed run that the command starts, and return that run (R92).

    Raises ApproverNotAllowed for whoever may not, ApprovalRequired where the sheet may not go.
    """
    desk = GradeDesk(provost)
    desk.require_sender(who, key)
    block = desk.sheet(who, key, column).block
    if block is not None:
        raise ApprovalRequired(f"{block.rule}: {block.reason}", field="sheet", fix=block.fix)
    run, workflow = new_run(), GradeRequest.workflow
    said = {"section": str(key), "column": column.value}
    provost.ledger.append("run.asked", who.id, run, {"workflow": workflow, "dry_run": False, **said})
    engine.enqueue(workflow, run, said)
    return run


def _asked(provost: "Provost", view: SheetView, lines: tuple[GradeSheetLine, ...]) -> frozenset[RecordHandle]:
    """Return whose grade waits for the registrar's approval."""
    keys = {grade_key(view.target, one.section, one.person, one.column.value): one.person for one in lines}
    waiting = ApprovalRequests(provost.database).asked_for(list(keys), provost.clock.now())
    return frozenset(keys[key] for key in waiting)


def _rows(view: SheetView, names: Names, asked: frozenset[RecordHandle]) -> tuple[SheetRow, ...]:
    sheet = view.looked.sheet
    lines = {line.person: line for line in sheet.attested}
    blocks = {one.person: one.blocks for one in sheet.kept}
    standing = _standings(view)
    rows = (
        SheetRow(
            who=names[person],
            standing=standing[person],
            mark=view.marks.get(person) or ChosenGrade(None, None, ScoreSource.NONE),
            line=lines.get(person),
            blocks=blocks.get(person, ()),
            options=view.options.get(person),
            entry=view.entries.get(person),
            receipt=view.receipts.get(person),
            asked=person in asked,
        )
        for person in standing
    )
    order = list(Standing)
    return tuple(sorted(rows, key=lambda row: (order.index(row.standing), row.who.name, row.who.person)))


def _standings(view: SheetView) -> Mapping[RecordHandle, Standing]:
    """Return where the grade of everybody visible stands; an open question comes before that the grade would go."""
    sheet = view.looked.sheet
    found = {line.person: Standing.GOES for line in sheet.lines}
    found |= {line.person: Standing.RECORDED for line in sheet.already_held}
    waiting = {hold.person for hold, state in view.doubts if hold.kind.question and state is HoldState.OPEN}
    found |= {person: Standing.QUESTION for person in found if person in waiting}
    found |= {one.person: _standing_of(one.blocks) for one in sheet.kept}
    return {person: standing for person, standing in found.items() if person in view.visible}


def _standing_of(blocks: tuple[GradeBlock, ...]) -> Standing:
    if all(block.kind is BlockKind.LEFT_OUT for block in blocks):
        return Standing.LEFT_OUT
    return Standing.HELD if all(block.rule == "S86" for block in blocks) else Standing.BLOCKED


def _doubts(view: SheetView, names: Names) -> tuple[Doubt, ...]:
    """Return holds and questions, what nobody has answered first."""
    kept = {one.hold.id: one for one in view.kept}
    found = (
        Doubt(hold=hold, state=state, who=names.get(hold.person) if hold.person else None, kept=kept.get(hold.id))
        for hold, state in view.doubts
    )
    return tuple(sorted(found, key=lambda one: (one.state is not HoldState.OPEN, one.who.name if one.who else "")))
