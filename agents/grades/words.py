"""What graders and the registrar are told about a section's grades: numbers and the next step, never a name or a grade.

R98: a message or ticket leaves the systems of record, so nothing in it says who got what.
"""

from collections import Counter
from collections.abc import Sequence

from agents.grades.sheet import GradeSheet
from domain.grades import GradeBlock, GradeColumn, GradeReceipt, ReceiptOutcome
from domain.ids import SectionKey

_OUTCOMES = {
    ReceiptOutcome.ACCEPTED: "accepted and read back",
    ReceiptOutcome.REFUSED: "refused",
    ReceiptOutcome.LOCKED: "locked by somebody who has the record open",
    ReceiptOutcome.UNKNOWN: "without a clear answer",
}


def asking_subject(section: SectionKey, column: GradeColumn) -> str:
    """Return the subject under which an attestation is asked for."""
    return f"{column.value.capitalize()} grades of section {section}: a sheet waits for you"


def asking_body(sheet: GradeSheet, holds: int, questions: int) -> str:
    """Return what the graders are told of a sheet that nobody has attested (R92)."""
    where = f"{sheet.section}{_flag(sheet.column)}"
    lines = [
        f"{counted(len(sheet.lines), 'grade')} may go to the student information system once you attest the sheet.",
        f"{counted(len(sheet.kept), 'student')} kept with a reason each; {counted(holds, 'suspect mark')} held; "
        f"{counted(questions, 'question')} to answer before you attest.",
        f"Look: provost grades sheet {where}",
        f"Attest exactly what you saw: provost grades attest {where} --hash {sheet.hash[:12]}",
    ]
    return "\n".join(lines)


def receipt_subject(section: SectionKey, column: GradeColumn, receipts: Sequence[GradeReceipt]) -> str:
    """Return the subject under which the receipts of a submission are told."""
    accepted = sum(one.outcome is ReceiptOutcome.ACCEPTED for one in receipts)
    return f"{column.value.capitalize()} grades of section {section}: {accepted} of {len(receipts)} accepted"


def receipt_body(section: SectionKey, column: GradeColumn, receipts: Sequence[GradeReceipt]) -> str:
    """Return what every grader is told of a submission, the one who submitted and the others alike (R95)."""
    counts = Counter(one.outcome for one in receipts)
    said = [f"{counted(counts[outcome], 'grade')} {words}." for outcome, words in _OUTCOMES.items() if counts[outcome]]
    look = f"Look: provost grades receipts {section}{_flag(column)}"
    again = f"Send the rest again once it is put right: provost grades send {section}{_flag(column)}"
    return "\n".join([*said, look, *([again] if counts[ReceiptOutcome.ACCEPTED] < len(receipts) else [])])


def change_title(section: SectionKey) -> str:
    """Return the title of a ticket about a grade that has been rolled to history (E2)."""
    return f"Change of grade to decide: section {section}"


CHANGE_BODY = (
    "The gradebook of the LMS now gives another grade than the one on the student's record, which has been rolled to "
    "academic history. Nothing was written. If the instructor means it, start the change-of-grade process; if not, "
    "close this ticket."
)


def asked_body(section: SectionKey) -> str:
    """Return what the registrar is told of a change of grade that an instructor asks for (E2, R98)."""
    return (
        "An instructor asks for a change of a grade that can no longer be submitted. Nothing was written. The grade "
        "asked for and the reason are shown to whoever may see the grade: "
        f"provost grades changes {section}. Decide it in the change-of-grade process, then close this ticket."
    )


def taken_out_title(section: SectionKey) -> str:
    """Return the title of a ticket about a grade that was carried and is no longer in the SIS (R96)."""
    return f"A carried grade is no longer in the student information system: section {section}"


def taken_out_body(receipt: GradeReceipt, block: GradeBlock) -> str:
    """Return what the registrar is told of such a grade: how it stood and how it stands, never the grade (R98)."""
    return (
        f"{block.reason} It was accepted on {receipt.received_at:%Y-%m-%d}. Provost does not send it again by itself. "
        f"{block.fix} Look: provost grades receipts {receipt.section}{_flag(receipt.column)}"
    )


def overdue_title(section: SectionKey) -> str:
    """Return the title of a ticket about holds that nobody has answered (S98)."""
    return f"Grades held and unanswered: section {section}"


def overdue_body(section: SectionKey, holds: int, hours: int) -> str:
    """Return what the registrar is told of holds that nobody has answered in time (S98)."""
    return (
        f"{counted(holds, 'hold')} on grades of section {section} have waited for more than {hours} hours. "
        f"Ask the instructor of record, or answer them: provost grades sheet {section}"
    )


def unasked_title(section: SectionKey) -> str:
    """Return the title of a ticket about a sheet that has nobody to attest it (R92)."""
    return f"Nobody can attest the grades of section {section}"


def unasked_body(section: SectionKey) -> str:
    """Return what the registrar is told of a section without a grader (R92)."""
    return (
        f"The student information system names no instructor of record for section {section}. Assign one there, or "
        f"name a delegate: provost grades delegate {section} PERSON"
    )


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _flag(column: GradeColumn) -> str:
    return " --interim" if column is GradeColumn.INTERIM else ""
