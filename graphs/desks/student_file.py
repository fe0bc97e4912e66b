"""A student's file as JSON lines, limited to what the asker may have, recorded like any other look (R25, R26)."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from domain.access import Action
from domain.errors import AccessDenied
from domain.ids import RecordHandle
from domain.principals import Principal
from privacy.access import Question
from privacy.access.student_file import Held, StudentFile, field_of
from store.canonical import JSON, canonical_json
from store.clock import utc_text

if TYPE_CHECKING:
    from graphs.assembly import Provost

FIELDS = ("ledger", "risk", "case", "plan", "note", "grade")
PURPOSE = "inspection of the record"


def export_student(provost: "Provost", who: Principal, person: RecordHandle) -> list[str]:
    """Return the lines of the file: a head that counts them, then who looked, then what is held.

    Raises AccessDenied where nothing of it may be had: only the student and the registrar have it, by the shipped file.
    """
    asked = Question(reader=who, fields=FIELDS, people=frozenset({person}), purpose=PURPOSE, action=Action.EXPORT)
    answer = provost.access.ask(asked)
    given = {field for field, people in answer.permitted.items() if people}
    if not given:
        decision = answer.of(person, "ledger")
        fix = "Ask the registrar, or sign in as the student."
        raise AccessDenied(decision.reason if decision else "No answer.", field=f"export {person}", fix=fix)
    more: dict[str, Callable[[RecordHandle], Iterable[Held]]] = {
        "grade_receipt": lambda of: (one.model_dump(mode="json") for one in provost.grading.receipts.of_person(of)),
        "grade_entry": lambda of: _entries(provost, of),
        "grade_hold": lambda of: (one.model_dump(mode="json") for one in provost.grading.holds.of_person(of)),
        "statement": lambda of: _statements(provost, of),
        "alert": lambda of: (alert.model_dump(mode="json") for alert in provost.alerts.of_person(of)),
    }
    held = list(StudentFile(provost.database, provost.ledger, more).lines(person))
    lines = [line for line in held if field_of(str(line["what"])) in given]
    return [canonical_json(_head(provost, person, lines)), *(canonical_json(line) for line in lines)]


def _statements(provost: "Provost", person: RecordHandle) -> Iterator[Held]:
    """Yield what drops were said to mean for the person, each statement as it was made."""
    for row in provost.drops.statements(person):
        said: JSON = json.loads(row.text)["statement"] if row.text else {}
        yield {"run": row.run, "made_at": utc_text(row.made_at), "statement": said}


def _entries(provost: "Provost", person: RecordHandle) -> Iterator[Held]:
    """Yield what instructors entered about the person: letters, terms of an incomplete, engagement (R81, R84)."""
    for section, column, entry in provost.grading.entries.of_person(person):
        yield {"section": str(section), "column": column.value, **entry.model_dump(mode="json")}


def _head(provost: "Provost", person: RecordHandle, lines: Sequence[Held]) -> dict[str, JSON]:
    counts: dict[str, JSON] = {}
    for line in lines:
        what = str(line["what"])
        counts[what] = int(str(counts.get(what, 0))) + 1
    return {"what": "file", "person": person, "made_at": utc_text(provost.clock.now()), "lines": counts}
