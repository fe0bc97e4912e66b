"""What only the registrar can settle about a section's grades, as tickets that carry no grade (E2, R93, R98, S98)."""

from collections.abc import Iterator
from datetime import timedelta

from agents.grades import words
from agents.grades.carrying import Carrying
from domain.changes import Change, CreateTicket, Tier, digest
from domain.grade_holds import HoldState, KeptHold
from domain.grades import GradeColumn, GradeOptions
from domain.ids import RecordHandle, RuleId
from domain.images import Image
from domain.rules.grades.changes import ROLLED
from domain.rules.grades.scores import derive_letter
from domain.rules.grades.sending import judge_taken_out, outstanding


def propose_change(carrying: Carrying, person: RecordHandle) -> tuple[Change, ...]:
    """Return the ticket of a change of grade that was asked for; the letter asked for stands in the entry (E2)."""
    one = next((one for one in carrying.reading.options if one.person == person), None)
    entry = next((entry for entry in carrying.entries if entry.person == person), None)
    if one is None or entry is None or entry.letter is None or entry.letter == one.final_letter:
        return ()
    return (_change_ticket(carrying, one, entry.letter, words.asked_body(carrying.sheet.section)),)


def ask_registrar(carrying: Carrying) -> Iterator[CreateTicket]:
    """Yield tickets: grades that differ after the roll or were taken out before it, late holds, nobody to grade."""
    section, sheet = carrying.reading.section, carrying.sheet
    yield from _changes_of_grade(carrying)
    yield from _taken_out(carrying)
    late = _overdue(carrying)
    if late:
        body = words.overdue_body(sheet.section, len(late), carrying.practice.hold_hours)
        about = digest(sorted(one.hold.id for one in late))
        yield _ticket(carrying, "S98", words.overdue_title(sheet.section), body, f"overdue-{about}")
    if section is not None and sheet.lines and not section.graders:
        title, body = words.unasked_title(sheet.section), words.unasked_body(sheet.section)
        yield _ticket(carrying, "R92", title, body, "nobody")


def _changes_of_grade(carrying: Carrying) -> Iterator[CreateTicket]:
    """Yield one ticket for each student whose rolled grade is another than the gradebook's (E2, R93)."""
    if carrying.sheet.column is not GradeColumn.FINAL:
        return
    rows = {row.person: row for row in carrying.reading.rows if row.section == carrying.sheet.section}
    entries = {one.person: one for one in carrying.entries}
    for one in sorted(carrying.reading.options, key=lambda one: one.person):
        if one.stage not in ROLLED or one.person not in rows or one.final_letter is None:
            continue
        letter = derive_letter(one, rows[one.person], carrying.practice, entries.get(one.person)).letter
        if letter is not None and letter != one.final_letter and not _withdrew(one):
            yield _change_ticket(carrying, one, letter, words.CHANGE_BODY)


def _taken_out(carrying: Carrying) -> Iterator[CreateTicket]:
    """Yield one ticket for each carried grade that the SIS no longer shows, unless a corrected one goes now (R96)."""
    sheet, options = carrying.sheet, {one.person: one for one in carrying.reading.options}
    goes = outstanding(sheet.lines, carrying.receipts) if carrying.block is None else ()
    corrected = {line.person for line in goes}
    title = words.taken_out_title(sheet.section)
    for letter, receipt in carrying.carried:
        one = options.get(receipt.person)
        block = judge_taken_out(one, sheet.column, letter) if one else None
        if one is not None and block is not None and one.person not in corrected:
            about = digest([one.person, receipt.version, one.held_in(sheet.column) or ""])
            body = words.taken_out_body(receipt, block)
            yield _ticket(carrying, "R96", title, body, f"taken-out-{about}", person=one.person)


def _change_ticket(carrying: Carrying, one: GradeOptions, letter: str, body: str) -> CreateTicket:
    """Return the ticket about one student's grade; the same two letters are the same ticket, whoever saw it first."""
    about = digest([one.person, letter, one.final_letter])
    title = words.change_title(carrying.sheet.section)
    return _ticket(carrying, "E2", title, body, f"change-{about}", person=one.person)


def _withdrew(options: GradeOptions) -> bool:
    """Tell whether the grade on record is the registrar's W, beside which no gradebook counts (R80)."""
    held = options.find(options.final_letter) if options.final_letter else None
    return held is not None and held.meaning.value == "withdrawn"


def _overdue(carrying: Carrying) -> list[KeptHold]:
    waits_since = carrying.now - timedelta(hours=carrying.practice.hold_hours)
    fresh = {hold.id for hold in carrying.holds}
    return [
        one
        for one in carrying.kept
        if one.state is HoldState.OPEN and one.placed_at < waits_since and one.hold.id in fresh
    ]


def _ticket(
    carrying: Carrying, rule: str, title: str, body: str, about: str, *, person: RecordHandle | None = None
) -> CreateTicket:
    marker = f"{carrying.marker}-{about}"[:80]
    return CreateTicket(
        rule=RuleId(rule),
        tier=Tier.AUTO,
        topic="grades to look at",
        before=Image.absent(),
        after=Image(fields={"marker": marker}),
        marker=marker,
        title=title,
        body=body,
        person=person,
        section=carrying.sheet.section,
    )
