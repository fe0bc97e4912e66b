"""An instructor's request to change a grade that can no longer be submitted: people decide, nothing is written (E2).

What was asked and why is sealed on the ledger under the student's key; the registrar's ticket names the student and the
section alone, because a ticket carries no grade (R98).
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from domain.errors import IncompleteFetch, InvalidRecord
from domain.grades import GradeColumn, GradeOptions, InstructorEntry
from domain.ids import PrincipalId, RecordHandle, SectionKey
from domain.principals import Principal
from domain.records import Record
from domain.rules.grades.changes import refusal_of_change
from graphs.grade_desk import GradeDesk
from graphs.grade_sheets import open_sheets
from graphs.grade_viewing import GradeViewing
from store.canonical import JSON
from store.ledger import Subject

if TYPE_CHECKING:
    from graphs.assembly import Provost

ASKED = "grades.change_asked"


class ChangeAsked(Record):
    """One request: the grade on record, the grade asked for, why, by whom and when."""

    person: RecordHandle
    held: str
    letter: str
    reason: str
    by: PrincipalId
    at: datetime


def ask_change(provost: "Provost", who: Principal, key: SectionKey, asked: InstructorEntry, reason: str) -> None:
    """Keep a grader's request with its reason; the run that follows makes the ticket.

    The letter goes into the grader's entry, as any letter of their own. Raises ApproverNotAllowed for anybody but a
    grader of the section, InvalidRecord where no change can be asked for.
    """
    GradeDesk(provost).require_grader(who, key)
    person, letter = asked.person, asked.letter or ""
    sheets = open_sheets(provost)
    found = sheets.records.read_grade_options(key)
    if not found.complete:
        raise IncompleteFetch("The grade roster did not come whole.", field=f"section {key}", fix="Try again later.")
    one = _on_roster(found.rows, person, key)
    block = refusal_of_change(one, letter, reason, window_over=sheets.final_window_over(key))
    if block is not None:
        raise InvalidRecord(f"{block.rule}: {block.reason}", field=f"section {key}", fix=block.fix)
    said: dict[str, JSON] = {"held": one.final_letter or "", "letter": letter, "reason": reason.strip()}
    earlier = {entry.person: entry for entry in provost.grading.entries.of(key, GradeColumn.FINAL)}
    entry = earlier.get(person, asked).model_copy(update={"letter": letter})
    with provost.ledger.session() as session:
        subjects = [Subject(person, said)]
        provost.ledger.append(ASKED, who.id, "", {"section": str(key)}, subjects, session=session)
        provost.grading.entries.keep(key, GradeColumn.FINAL, entry, who.id, session)


def changes_asked(provost: "Provost", who: Principal, key: SectionKey) -> tuple[ChangeAsked, ...]:
    """Return the requests of a section about students whose grade somebody may see, oldest first; on record.

    Raises AccessDenied where there are requests and they may see nobody's grade.
    """
    GradeDesk(provost).require_sender(who, key)
    people = frozenset(entry.person for entry in provost.grading.entries.of(key, GradeColumn.FINAL))
    visible, _ = GradeViewing(provost).see(who, key, people, "change of grade")
    found = [asked for person in sorted(visible) for asked in _of_person(provost, key, person)]
    return tuple(sorted(found, key=lambda asked: asked.at))


def _on_roster(rows: tuple[GradeOptions, ...], person: RecordHandle, key: SectionKey) -> GradeOptions:
    one = next((row for row in rows if row.person == person), None)
    if one is None:
        fix = "Check section and student; the SIS says who is on the roster."
        raise InvalidRecord("The student is not on this section's roster.", field=f"section {key}", fix=fix)
    return one


def _of_person(provost: "Provost", key: SectionKey, person: RecordHandle) -> Iterator[ChangeAsked]:
    """Yield what was asked about one student; what was forgotten has no detail and is left out."""
    for line in provost.ledger.export(person=person):
        entry = json.loads(line)
        if entry["kind"] == ASKED and entry["body"]["section"] == str(key):
            for subject in entry["subjects"]:
                if subject["detail"] is not None:
                    yield ChangeAsked(person=person, by=entry["actor"], at=entry["at"], **subject["detail"])
