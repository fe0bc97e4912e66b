"""A grade sheet as one reader may see it, for the terminal and the console alike."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from pydantic import Field

from agents.grades.carrying import Carrying
from agents.grades.reading import GradeReading
from domain.grade_holds import GradeHold, HoldState, KeptHold
from domain.grades import Attestation, GradeBlock, GradeOptions, GradeReceipt, InstructorEntry, SectionGrading
from domain.ids import RecordHandle
from domain.records import Record
from domain.rules.grades.scores import ChosenGrade, derive_letter
from graphs.grade_specialist import Looked

T = TypeVar("T")


class SheetView(Record):
    """A sheet as one reader may see it.

    ``names`` and ``visible`` are whom they may see by name and whose grades; ``kept`` is what has been said of holds;
    ``block`` keeps the whole sheet from being carried. By student, and of the visible alone: ``marks`` of the
    gradebook, ``options`` of the SIS, the instructor's ``entries``, the newest of ``receipts``.
    """

    looked: Looked
    section: SectionGrading
    kept: tuple[KeptHold, ...] = ()
    names: dict[RecordHandle, str] = Field(default_factory=dict)
    visible: frozenset[RecordHandle] = frozenset()
    block: GradeBlock | None = None
    findings: tuple[str, ...] = ()
    marks: dict[RecordHandle, ChosenGrade] = Field(default_factory=dict)
    options: dict[RecordHandle, GradeOptions] = Field(default_factory=dict)
    entries: dict[RecordHandle, InstructorEntry] = Field(default_factory=dict)
    receipts: dict[RecordHandle, GradeReceipt] = Field(default_factory=dict)
    attestation: Attestation | None = None
    target: str = ""

    @property
    def doubts(self) -> tuple[tuple[GradeHold, HoldState], ...]:
        """The holds and questions of this look that the reader may see, each with what became of it."""
        states = {one.hold.id: one.state for one in self.kept}
        found = (*self.looked.holds, *self.looked.questions)
        seen = (one for one in found if one.person is None or one.person in self.visible)
        return tuple((one, states.get(one.id, HoldState.OPEN)) for one in seen)

    @property
    def waiting(self) -> bool:
        """Whether a hold or question waits for an answer."""
        return any(state is HoldState.OPEN for _, state in self.doubts)


def view_sheet(
    reading: GradeReading, carrying: Carrying, visible: frozenset[RecordHandle], names: Mapping[RecordHandle, str]
) -> SheetView:
    """Return what was made of a reading as somebody may see it; of others it holds no mark and no word."""
    assert reading.section is not None
    return SheetView(
        looked=Looked(
            sheet=carrying.sheet,
            holds=carrying.holds,
            questions=carrying.questions,
            attested=carrying.unattested is None,
        ),
        section=reading.section,
        kept=carrying.kept,
        names=dict(names),
        visible=visible,
        block=carrying.block,
        findings=tuple(finding.message for finding in reading.findings),
        marks=_seen(marks_of(carrying), visible),
        options=_seen({one.person: one for one in reading.options}, visible),
        entries=_seen({one.person: one for one in carrying.entries}, visible),
        receipts=_seen({one.person: one for one in latest(carrying.receipts)}, visible),
        attestation=carrying.attestation,
        target=carrying.target,
    )


def marks_of(carrying: Carrying) -> dict[RecordHandle, ChosenGrade]:
    """Return the mark and letter that the gradebook has for each student on the roster, who is kept back included.

    A student whom the gradebook lists twice has none here: nobody knows which counts.
    """
    reading, entries = carrying.reading, {one.person: one for one in carrying.entries}
    found: dict[RecordHandle, ChosenGrade] = {}
    for one in reading.options:
        rows = [row for row in reading.rows if row.person == one.person]
        here = [row for row in rows if row.section == reading.key] or rows
        if len(here) == 1:
            found[one.person] = derive_letter(one, here[0], carrying.practice, entries.get(one.person))
    return found


def latest(receipts: Iterable[GradeReceipt]) -> tuple[GradeReceipt, ...]:
    """Return the newest receipt of each student; they come oldest first."""
    return tuple({one.person: one for one in receipts}.values())


def _seen(found: Mapping[RecordHandle, T], visible: frozenset[RecordHandle]) -> dict[RecordHandle, T]:
    return {person: one for person, one in found.items() if person in visible}
