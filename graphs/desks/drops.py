"""Statements of drops for the people who may read them: the student, their advisor, the registrar (R21, R26, S224).

Every look is asked at the door to people and recorded there. A pending conduct case is for the student and the
registrar alone, as no other reader has a path to it (R28).
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from agents.drop import ImpactStatement, NoticeName
from agents.drop.kept import KeptDrop
from domain.errors import AccessDenied, ConfigurationError
from domain.ids import RecordHandle
from domain.principals import Principal, Role
from privacy.access import Question
from store.drops import StoredStatement

if TYPE_CHECKING:
    from graphs.assembly import Provost

FIELDS = ("enrolment", "grade", "submission", "activity", "history")
"""What a statement tells of a student; whoever may not see all of it does not see the statement."""
_NAMES = ("name", "sis_id")
PURPOSE = "drop or withdrawal"
CONDUCT = frozenset({NoticeName.CONDUCT_BARS, NoticeName.CONDUCT_PENDING})


class Shown(NamedTuple):
    """One statement as a reader may see it; ``who`` names the student, empty where the reader may not know."""

    row: StoredStatement
    kept: KeptDrop
    who: str

    @property
    def statement(self) -> ImpactStatement:
        """The statement without what the reader may not see."""
        return self.kept.statement


def require_sight(provost: "Provost", reader: Principal, student: RecordHandle) -> None:
    """Raise AccessDenied unless the reader may see all that a statement about the student tells."""
    if student not in _visible(provost, reader, [student]):
        fix = "Ask the student's advisor or the registrar, or sign in as the student."
        raise AccessDenied("You may not see what a drop means for this student.", field=f"drop {student}", fix=fix)


def read_statement(provost: "Provost", reader: Principal, run: str) -> Shown:
    """Return the statement of a run.

    Raises ConfigurationError where there is none any more, AccessDenied where the reader may not see it.
    """
    row = provost.drops.statement(run)
    if row is None:
        fix = "List them with provost drop list."
        raise ConfigurationError("This run has no statement of a drop.", field=f"run {run}", fix=fix)
    require_sight(provost, reader, row.person)
    if row.text is None:
        raise ConfigurationError("The student was forgotten, and the statement with them.", field=f"run {run}")
    return _shown(provost, reader, row, row.text)


def list_statements(
    provost: "Provost", reader: Principal, student: RecordHandle | None = None, limit: int = 50
) -> list[Shown]:
    """Return the newest statements that the reader may see, of one student where named."""
    rows = provost.drops.statements(student)
    seen = _visible(provost, reader, [row.person for row in rows]) if rows else frozenset()
    mine = [(row, row.text) for row in rows if row.person in seen and row.text is not None]
    return [_shown(provost, reader, row, text) for row, text in mine[:limit]]


def _shown(provost: "Provost", reader: Principal, row: StoredStatement, text: str) -> Shown:
    kept = KeptDrop.model_validate_json(text)
    if reader.person != row.person and Role.REGISTRAR not in reader.roles:
        told = tuple(line for line in kept.statement.notices if line.name not in CONDUCT)
        kept = kept.model_copy(update={"statement": kept.statement.model_copy(update={"notices": told})})
    return Shown(row, kept, _name(provost, reader, row.person))


def _visible(provost: "Provost", reader: Principal, people: Collection[RecordHandle]) -> frozenset[RecordHandle]:
    asked = Question(reader=reader, fields=FIELDS, people=frozenset(people), purpose=PURPOSE)
    permitted = provost.access.ask(asked).permitted
    return frozenset(people).intersection(*permitted.values())


def _name(provost: "Provost", reader: Principal, person: RecordHandle) -> str:
    """Return the student's name and SIS id as far as the reader may know them."""
    asked = Question(reader=reader, fields=_NAMES, people=frozenset({person}), purpose=PURPOSE)
    permitted = provost.access.ask(asked).permitted
    known = provost.boundary.known.identities([person]).get(person)
    named = known.names[0] if known and known.names and permitted["name"] else None
    sis_id = str(provost.identities.person(person)) if permitted["sis_id"] else ""
    words = [f"{named.first} {named.last}".strip() if named else "", f"({sis_id})" if sis_id else ""]
    return " ".join(word for word in words if word)
