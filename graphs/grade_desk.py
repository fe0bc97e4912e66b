"""The desk at which people work on grades: a grader's sheet and attestation, answers to holds, receipts, the file.

Who may see what is asked of the one door to people, on record (S224). Whatever a person says here goes to the ledger
with it; nothing here writes into another system.
"""

from typing import TYPE_CHECKING

from agents.grades.carrying import Carrying
from agents.grades.import_file import ImportFile, write_import_file
from domain.errors import ApprovalRequired, ApprovalStale, InvalidRecord
from domain.grade_holds import GradeHold, HoldKind, HoldState, section_of
from domain.grades import Attestation, GradeColumn, GradeReceipt, InstructorEntry, SectionGrading
from domain.ids import RecordHandle, SectionKey
from domain.principals import Principal
from graphs.grade_duties import is_registrar, require_grader_of
from graphs.grade_sheets import open_sheets
from graphs.grade_viewing import GradeViewing
from graphs.sheet_view import SheetView, view_sheet
from store.canonical import JSON
from store.ledger import Subject

if TYPE_CHECKING:
    from agents.grades.reading import GradeReading
    from graphs.assembly import Provost

HASH_BEGINNING = 12
"""Digits of a sheet's hash that name it: as many as the screen shows."""


class GradeDesk:
    """The desk of one installation."""

    def __init__(self, provost: "Provost") -> None:
        self._provost, self._sheets = provost, open_sheets(provost)
        self._kept, self._viewing = provost.grading, GradeViewing(provost)

    def sheet(self, who: Principal, key: SectionKey, column: GradeColumn) -> SheetView:
        """Return a section's sheet for somebody who may see it.

        Raises AccessDenied where they may see nobody's grade in this section, SourceDataError where it cannot be read.
        """
        reading, carrying = self._make(key, column)
        people = frozenset({one.person for one in reading.options} | {row.person for row in reading.rows})
        visible, names = self._viewing.see(who, key, people, "grade sheet")
        return view_sheet(reading, carrying, visible, names)

    def attest(self, who: Principal, key: SectionKey, column: GradeColumn, seen: str) -> Attestation:
        """Take a grader's word on exactly the sheet whose hash they saw, whole or its first digits (R92).

        Raises ApproverNotAllowed for anybody else, ApprovalStale where the sheet is another by now, ApprovalRequired
        where it is stopped, holds no grade, or questions are open (S87). A sheet that a grader has attested stays as it
        was attested: the first word is returned and nothing is put on record again.
        """
        reading, carrying = self._make(key, column)
        grader = require_grader_of(who, reading.section)
        sheet = carrying.sheet
        if len(seen) < HASH_BEGINNING or not sheet.hash.startswith(seen):
            fix = f"Look again and attest what you see: provost grades sheet {key}"
            raise ApprovalStale("The sheet is another than the one you looked at.", field="hash", fix=fix)
        if carrying.block is None and carrying.attestation is not None:
            return carrying.attestation
        _require_ready(carrying)
        word = Attestation(sheet_hash=sheet.hash, attested_by=grader, attested_at=self._provost.clock.now())
        body: dict[str, JSON] = {
            "section": str(key),
            "column": column.value,
            "sheet": sheet.hash,
            "grades": len(sheet.attested),
            "kept": len(sheet.kept),
        }
        subjects = [
            Subject(line.person, {"column": column.value, "letter": line.letter, "version": line.version})
            for line in sheet.attested
        ]
        with self._provost.ledger.session() as session:
            if self._kept.attestations.keep(key, column, word, session):
                self._provost.ledger.append("grades.attested", who.id, "", body, subjects, session=session)
        return word

    def answer(self, who: Principal, hold_id: str, state: HoldState, why: str) -> GradeHold:
        """Take an instructor's or the registrar's answer to a hold or question, with its reason (S88).

        Raises InvalidRecord where there is no such hold or no reason, ApproverNotAllowed where they may not answer it.
        """
        key = section_of(hold_id)
        hold = self._find_hold(key, hold_id) if key else None
        if key is None or hold is None:
            fix = "Look at the sheet again; it lists the holds by name."
            raise InvalidRecord("There is no such hold.", field=f"hold {hold_id}", fix=fix)
        self.require_sender(who, key)
        if not why.strip():
            raise InvalidRecord("An answer needs a reason.", field="reason", fix="Say in a few words what you saw.")
        body: dict[str, JSON] = {"hold": hold_id, "kind": hold.kind.value, "answer": state.value}
        said: dict[str, JSON] = {"hold": hold_id, "reason": why, "said": hold.reason}
        subjects = [Subject(hold.person, said)] if hold.person else []
        with self._provost.ledger.session() as session:
            self._provost.ledger.append("grades.hold_answered", who.id, "", body, subjects, session=session)
            self._kept.holds.place(hold, session)
            session.flush()
            self._kept.holds.answer(hold_id, state, who.id, why, session)
        if hold.kind is HoldKind.MODE_CHANGED and state.lets_go:
            self._kept.columns.lift(key, hold_id)
        return hold

    def enter(self, who: Principal, key: SectionKey, column: GradeColumn, entry: InstructorEntry) -> None:
        """Keep what only the instructor can say of a student: their letter, an incomplete's terms, engagement (R84).

        Raises ApproverNotAllowed for anybody but a grader, InvalidRecord where the student is not on the grade roster.
        """
        self.require_grader(who, key)
        roster = self._sheets.records.read_grade_options(key)
        if entry.person not in {one.person for one in roster.rows}:
            fix = "Choose a student of this section; the registrar keeps the roster."
            raise InvalidRecord("The student is not on the grade roster (R88).", field=f"section {key}", fix=fix)
        body: dict[str, JSON] = {"section": str(key), "column": column.value}
        subjects = [Subject(entry.person, entry.model_dump(mode="json", exclude={"person"}))]
        with self._provost.ledger.session() as session:
            self._provost.ledger.append("grades.entered", who.id, "", body, subjects, session=session)
            self._kept.entries.keep(key, column, entry, who.id, session)

    def delegate(self, who: Principal, key: SectionKey, person: RecordHandle, *, end: bool = False) -> None:
        """Let the registrar name somebody to grade a section in the instructor's place, or end that (R92)."""
        self._provost.require_registrar(who, "name a delegate")
        body: dict[str, JSON] = {"section": str(key), "delegate": person, "ended": end}
        with self._provost.ledger.session() as session:
            self._provost.ledger.append("grades.delegated", who.id, "", body, session=session)
            if end:
                self._kept.attestations.end_delegate(key, person, session)
            else:
                self._kept.attestations.name_delegate(key, person, who.id, session)

    def receipts(self, who: Principal, key: SectionKey, column: GradeColumn) -> tuple[GradeReceipt, ...]:
        """Return the receipts of a section that somebody may see, oldest first (R95)."""
        found = self._kept.receipts.of(key, column)
        people = frozenset(one.person for one in found)
        if not people:
            self.require_sender(who, key)
            return ()
        visible, _ = self._viewing.see(who, key, people, "grade receipts")
        return tuple(one for one in found if one.person in visible)

    def names(self, who: Principal, key: SectionKey, people: frozenset[RecordHandle]) -> dict[RecordHandle, str]:
        """Return the names of those whom somebody may see by name."""
        return self._viewing.see(who, key, people, "grade receipts")[1] if people else {}

    def file(self, who: Principal, key: SectionKey, column: GradeColumn) -> ImportFile:
        """Return the file that a SIS import takes, of an attested sheet, for the registrar (S202).

        Raises ApproverNotAllowed for anybody else and ApprovalRequired where the sheet is not attested or stopped.
        """
        self._provost.require_registrar(who, "write the import file")
        reading, carrying = self._make(key, column)
        assert reading.section is not None
        people = [line.person for line in carrying.sheet.lines]
        self._viewing.see(who, key, frozenset(people), "grade import file", fields=("sis_id", "grade"))
        ids = self._provost.identities.people(people)
        made = write_import_file(carrying.sheet, reading.section, carrying.attestation, ids, carrying.now)
        body: dict[str, JSON] = {
            "section": str(key),
            "column": column.value,
            "sheet": carrying.sheet.hash,
            "sha256": made.sha256,
            "grades": made.grades,
        }
        self._provost.ledger.append("grades.file", who.id, "", body, [Subject(person) for person in people])
        return made

    def require_sender(self, who: Principal, key: SectionKey) -> None:
        """Raise ApproverNotAllowed unless somebody grades this section or is the registrar, acting as themselves."""
        if not is_registrar(who):
            self.require_grader(who, key)

    def require_grader(self, who: Principal, key: SectionKey) -> RecordHandle:
        """Return the person who grades a section; raises ApproverNotAllowed for anybody else (R92)."""
        return require_grader_of(who, self._grading(key))

    def _grading(self, key: SectionKey) -> SectionGrading | None:
        section = self._sheets.records.read_grading(key, has_scheme=None)
        delegates = self._kept.attestations.delegates(key)
        return section.model_copy(update={"delegates": section.delegates | delegates}) if section else None

    def _make(self, key: SectionKey, column: GradeColumn) -> tuple["GradeReading", Carrying]:
        reading = self._sheets.read(key)
        if reading.stopped:
            first = reading.findings[0]
            raise InvalidRecord(first.message, field=first.subject, fix=first.fix)
        looked = self._sheets.look(reading, column, self._sheets.doubts(reading))
        return reading, self._sheets.carrying(reading, looked)

    def _find_hold(self, key: SectionKey, hold_id: str) -> GradeHold | None:
        """Return a hold that is on record, or one that a fresh look shows, since a phase may keep it off the record."""
        kept = self._kept.holds.read(hold_id)
        if kept is not None:
            return kept.hold
        reading = self._sheets.read(key)
        found = self._sheets.doubts(reading)
        return next((one for one in (*found.holds, *found.questions) if one.id == hold_id), None)


def _require_ready(carrying: Carrying) -> None:
    """Raise ApprovalRequired where a sheet is stopped, holds no grade, or a question is open."""
    for block in carrying.sheet.stops:
        raise ApprovalRequired(f"{block.rule}: {block.reason}", field="sheet", fix=block.fix)
    if not carrying.sheet.attested:
        fix = "See why each student is kept: provost grades sheet."
        raise ApprovalRequired("No grade on this sheet may go.", field="sheet", fix=fix)
    if carrying.asked:
        number, first = len(carrying.asked), carrying.asked[0].id
        fix = f"Answer each, such as: provost grades confirm {first} --reason TEXT"
        raise ApprovalRequired(f"Questions to answer before you attest: {number} (S87).", field="sheet", fix=fix)
