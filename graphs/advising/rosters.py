"""Who is in a class, what was changed there and why, and what waits for the caller (S70, S224)."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.ids import RecordHandle, SectionKey
from domain.principals import Principal
from graphs.advising.matching import course_of
from graphs.advising.sight import Sight, section_page, student_page
from store.plans.past import PastChange, PastChanges
from tools.catalog.reading import Fact, Reading

_MOST = 30
_ENDS = {"verified": "done and read back", "unverified": "done, not seen when read back", "": "not written"}
_OUTCOMES = {"automatic": "the policy", "held": "a person was asked", "denied": "the policy refused"}


@dataclass(frozen=True)
class RosterLook:
    """Looks up rosters and their changes for one conversation."""

    sight: Sight

    def list(self, caller: Principal, words: str) -> Reading:
        """Return who is registered in the classes that are meant."""
        rows, sources = list[Fact](), []
        for section in self.sight.sections_meant(caller, words):
            read = self.sight.roster(section.key)
            seen = self.sight.permitted(caller, "enrolment", read.rows, section.key)
            rows += [{"student": who, "course": course_of(section)} for who in read.rows if who in seen]
            sources.append(self.sight.from_sis(f"roster of {course_of(section)}", read.read_at, section_page(section)))
        facts: dict[str, Fact] = {"students": rows[: _MOST * 2], "registered": len(rows), "read_at": self.sight.now()}
        return Reading(facts, tuple(sources))

    def explain_changes_in(self, caller: Principal, words: str) -> Reading:
        """Return what was changed on the rosters that are meant, newest first, of whom the caller may see."""
        rows, sources = list[Fact](), []
        for section in self.sight.sections_meant(caller, words):
            past = PastChanges(self.sight.provost.database).touching(str(section.key))
            people = frozenset(who for one in past if (who := _person_of(one)))
            seen = self.sight.permitted(caller, "enrolment", people, section.key) if people else frozenset()
            rows += [_line(self.sight, one) for one in past if (who := _person_of(one)) is None or who in seen]
            where = f"decisions and writes on {course_of(section)}"
            sources.append(self.sight.from_us(where, section_page(section)))
        return Reading({"changes": rows[:_MOST], "read_at": self.sight.now()}, tuple(sources))

    def explain_changes_of(self, caller: Principal, person: RecordHandle | None) -> Reading:
        """Return what was changed for one student, newest first."""
        student = self.sight.person_meant(caller, person)
        self.sight.require(caller, ("enrolment",), student)
        past = PastChanges(self.sight.provost.database).touching(student)
        rows: list[Fact] = [_line(self.sight, one) for one in past[:_MOST]]
        facts: dict[str, Fact] = {"student": student, "changes": rows, "read_at": self.sight.now()}
        return Reading(facts, (self.sight.from_us("decisions and writes about the student", student_page(student)),))

    def list_waiting(self, caller: Principal) -> Reading:
        """Return the plans that wait for the caller, soonest to expire first."""
        views = sorted(self.sight.provost.inbox(caller), key=lambda view: view.expires_at)
        rows: list[Fact] = [
            {
                "id": view.id,
                "topic": view.plan.topic,
                "changes": len(view.plan.changes),
                "expires_at": self.sight.at(view.expires_at),
            }
            for view in views[:_MOST]
        ]
        facts: dict[str, Fact] = {"approvals": rows, "read_at": self.sight.now()}
        return Reading(facts, (self.sight.from_us("approvals inbox", "/approvals"),))


def _person_of(one: PastChange) -> RecordHandle | None:
    return next((RecordHandle(part) for part in one.natural_key.split(":") if part.startswith("per_")), None)


def _section_of(one: PastChange) -> SectionKey | None:
    parsed: Iterable[SectionKey | None] = (SectionKey.parse(part) for part in one.natural_key.split(":"))
    return next((key for key in parsed if key is not None), None)


def _line(sight: Sight, one: PastChange) -> Fact:
    return {
        "student": _person_of(one) or "the class itself",
        "section": str(_section_of(one) or ""),
        "at": sight.at(one.decided_at),
        "action": one.action.partition(":")[2].replace("_", " "),
        "rule": one.asked_by or one.rule,
        "reason": one.reason,
        "decided_by": ", ".join(one.answered) or _OUTCOMES.get(one.outcome, one.outcome),
        "ended": _ENDS.get(one.state, one.state),
    }
