"""From a sheet, its doubts and its attestation to changes: holds, grades to carry, words to graders, tickets.

A grade is carried only from a sheet whose hash a grader has attested (R92); after the roll nothing is written, and the
registrar decides (E2).
"""

from collections.abc import Iterator, Sequence
from datetime import date

from agents.grades import words
from agents.grades.carrying import Carrying
from agents.grades.tickets import ask_registrar
from domain.changes import Change, HoldGrade, PostGrade, SendMessage, Tier, digest
from domain.evidence import Evidence
from domain.grades import Attestation, GradeColumn, GradeReceipt, GradeSheetLine
from domain.ids import RecordHandle, RuleId
from domain.images import Image
from domain.rules.grades.sending import outstanding, receivers_of_receipts

NOTICE = "notice of grades"
_MARKER = 20


def propose_grades(carrying: Carrying) -> tuple[Change, ...]:
    """Return the changes of one look, holds first; a sheet that may not be carried sends no grade."""
    return (
        *place_holds(carrying),
        *(carry_grades(carrying) if carrying.block is None else ask_graders(carrying)),
        *ask_registrar(carrying),
    )


def place_holds(carrying: Carrying) -> Iterator[HoldGrade]:
    """Yield the holds and questions that are not on record yet."""
    known = {one.hold.id for one in carrying.kept}
    for hold in (*carrying.holds, *carrying.questions):
        if hold.id not in known:
            said = hold.model_dump(include={"section", "person", "column", "seen", "expected", "cause", "reason"})
            yield HoldGrade(
                rule=RuleId("S87" if hold.kind.question else "S86"),
                tier=Tier.AUTO,
                topic=f"grade questions of {hold.section}" if hold.kind.question else f"grade holds of {hold.section}",
                before=Image.absent(),
                after=Image(fields={"marker": hold.id}),
                confidence_basis="statistics",
                evidence=(_seen(carrying, f"gradebook {hold.section} {hold.column}".rstrip(), hold.seen),),
                marker=hold.id,
                about=hold.kind.value,
                **said,
            )


def carry_grades(carrying: Carrying) -> Iterator[PostGrade]:
    """Yield the attested grades that the SIS has not accepted in this form yet (R96)."""
    word = carrying.attestation
    assert word is not None
    options = {one.person: one for one in carrying.reading.options}
    for line in outstanding(carrying.sheet.lines, carrying.receipts):
        held = options[line.person].held_in(line.column)
        yield PostGrade(
            target=carrying.target,
            rule=RuleId("S199"),
            tier=Tier.AUTO,
            topic=f"{line.column.value} grades of {line.section}",
            before=Image(fields={"letter": held}) if held else Image.absent(),
            after=Image(fields=written(line)),
            confidence_basis="attested",
            evidence=_evidence(carrying, line, word),
            section=line.section,
            person=line.person,
            grade_type="interim" if line.column is GradeColumn.INTERIM else "final",
            grade=line.letter,
            attested_by=word.attested_by,
            sheet=word.sheet_hash,
            version=line.version,
            incomplete_default=line.incomplete_default,
            extension_on=line.extension_on,
            last_engagement_on=line.last_engagement_on,
            never_attended=line.never_attended,
        )


def written(line: GradeSheetLine) -> dict[str, str]:
    """Return what reading the grade back must show; what does not go with the letter is left out."""
    shown = {
        "letter": line.letter,
        "engaged_on": "never" if line.never_attended else _iso(line.last_engagement_on),
        "incomplete_default": line.incomplete_default or "",
        "extension_on": _iso(line.extension_on),
    }
    return {name: value for name, value in shown.items() if value}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def ask_graders(carrying: Carrying) -> Iterator[SendMessage]:
    """Yield a message to each grader about a sheet that waits for an attestation, once for each sheet (R92)."""
    section, sheet = carrying.reading.section, carrying.sheet
    if section is None or sheet.stops or not sheet.lines:
        return
    subject = words.asking_subject(sheet.section, sheet.column)
    body = words.asking_body(sheet, carrying.unanswered, len(carrying.asked))
    for grader in sorted(section.graders):
        yield tell(grader, subject, body, f"{carrying.marker}-{sheet.hash}")


def tell_receipts(carrying: Carrying, receipts: Sequence[GradeReceipt], about: str) -> Iterator[SendMessage]:
    """Yield a message to every grader about what the SIS did with a submission (R95); ``about`` names the run."""
    section, sheet = carrying.reading.section, carrying.sheet
    if section is None or not receipts:
        return
    subject = words.receipt_subject(sheet.section, sheet.column, receipts)
    body = words.receipt_body(sheet.section, sheet.column, receipts)
    for grader in sorted(receivers_of_receipts(section)):
        yield tell(grader, subject, body, f"{carrying.marker}-{about}")


def tell(recipient: RecordHandle, subject: str, body: str, about: str) -> SendMessage:
    """Return one message in the LMS's inbox; its marker names what it is about, so that it is sent once."""
    marker = f"provost-{digest([about, recipient, subject])[:_MARKER]}"
    return SendMessage.once(recipient, (subject, body), marker, rule="R95", tier=Tier.AUTO, topic=NOTICE)


def _seen(carrying: Carrying, record: str, shows: str) -> Evidence:
    return Evidence(source="canvas", record=record, shows=shows or "the whole column", read_at=carrying.now)


def _evidence(carrying: Carrying, line: GradeSheetLine, word: Attestation) -> tuple[Evidence, ...]:
    course = _seen(carrying, f"gradebook {line.section} {line.person}", f"{line.letter} by {line.source.value}")
    said = Evidence(
        source="ledger",
        record=f"attestation of {line.section} {line.column.value}",
        shows=f"sheet {word.sheet_hash[:12]} attested",
        read_at=word.attested_at,
    )
    return course, said
