"""Who may see whose grades on a screen, and by what name: asked of the one door to people, on record (R21, S224)."""

from typing import TYPE_CHECKING

from domain.errors import AccessDenied
from domain.identities import Identity, NameUse
from domain.ids import RecordHandle, SectionKey
from domain.principals import Principal
from privacy.access import Question

if TYPE_CHECKING:
    from graphs.doors import Doors

FIELDS = ("name", "grade")


class GradeViewing:
    """Asks for one installation."""

    def __init__(self, doors: "Doors") -> None:
        self._doors = doors

    def see(
        self,
        who: Principal,
        key: SectionKey,
        people: frozenset[RecordHandle],
        purpose: str,
        *,
        fields: tuple[str, ...] = FIELDS,
    ) -> tuple[frozenset[RecordHandle], dict[RecordHandle, str]]:
        """Return whose grades somebody may see, and the names of those whom they may see by name.

        Raises AccessDenied where there are people and they may see nobody's grade.
        """
        question = Question(reader=who, fields=fields, people=people, purpose=purpose, section=key)
        answer = self._doors.access.ask(question)
        visible = answer.permitted["grade"]
        if people and not visible:
            decision = answer.of(min(people), "grade")
            fix = "Ask the instructor of record or the registrar."
            raise AccessDenied(decision.reason if decision else "No answer.", field=f"section {key}", fix=fix)
        return visible, self._names(answer.permitted.get("name", frozenset()) & visible)

    def _names(self, people: frozenset[RecordHandle]) -> dict[RecordHandle, str]:
        """Return the names the directory knows; whoever it does not know goes by handle."""
        known = self._doors.boundary.known.identities(people)
        return {person: name for person, identity in known.items() if (name := shown_name(identity))}


def shown_name(identity: Identity) -> str:
    """Return the name by which a class knows somebody: the preferred one where there is one (R14)."""
    names = sorted(identity.names, key=lambda name: (name.use is not NameUse.PREFERRED, name.use is not NameUse.LEGAL))
    for name in names:
        parts = [part for part in (name.last, name.first) if part]
        if parts:
            return ", ".join(parts)
        if name.full:
            return name.full
    return ""
