"""What was done for a student: alerts, what people said came of them, and cases, by term (S140, S224)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.alerting import AlertState
from domain.calendar import first_day, local_day
from domain.ids import RecordHandle, TermCode
from domain.principals import Principal
from graphs.advising.sight import Sight, student_page
from store.alerts import Alert, AlertEvent
from tools.catalog.reading import Fact, Quoted, Reading

_MOST = 30


@dataclass(frozen=True)
class OutreachLook:
    """Looks up outreach for one conversation."""

    sight: Sight

    def read(self, caller: Principal, person: RecordHandle | None, when: str = "") -> Reading:
        """Return one line per alert and case, newest first; ``when`` is last, this or nothing for all terms."""
        student = self.sight.person_meant(caller, person)
        self.sight.require(caller, ("case", "note"), student)
        lines = sorted([*self._alerts(student), *self._cases(student)], key=lambda one: one[0], reverse=True)
        wanted = self._term(when)
        rows: list[Fact] = [line for _, line in lines if wanted in ("", line["term"])]
        facts: dict[str, Fact] = {
            "student": student,
            "outreach": rows[:_MOST],
            "term": f"in term {wanted}" if wanted else "in any term",
            "read_at": self.sight.at(self.sight.provost.clock.now()),
        }
        return Reading(facts, (self.sight.from_us("alerts and cases about the student", student_page(student)),))

    def _alerts(self, student: RecordHandle) -> Iterator[tuple[datetime, dict[str, Fact]]]:
        for alert in self.sight.provost.alerts.of_person(student):
            if alert.state is not AlertState.HELD_BACK:
                yield alert.raised_at, self._alert_line(alert)

    def _alert_line(self, alert: Alert) -> dict[str, Fact]:
        return {
            "term": alert.section.term,
            "at": self.sight.at(alert.raised_at)[:10],
            "what": f"{alert.level.value} alert about {alert.issue.value.replace('_', ' ')} in {alert.section}",
            "outcome": f"{alert.state.value}; {alert.intervention.value.replace('_', ' ')}",
            "said": Quoted("; ".join(_said(alert.events)) or "nothing yet"),
        }

    def _cases(self, student: RecordHandle) -> Iterator[tuple[datetime, dict[str, Fact]]]:
        for case in self.sight.provost.casedesk.about(student):
            at = datetime.fromisoformat(case["opened_at"])
            line: dict[str, Fact] = {
                "term": self._term_of(at),
                "at": self.sight.at(at)[:10],
                "what": Quoted(f"{case['kind']}: {case['title']}"),
                "outcome": case["state"],
                "said": Quoted("nothing" if not case["closed_at"] else f"closed {case['closed_at'][:10]}"),
            }
            yield at, line

    def _term(self, when: str) -> str:
        """Return the code of the term that is meant; empty for any."""
        word = when.strip().lower()
        terms = self._begun(self.sight.provost.clock.now())
        if word in ("last", "previous"):
            return terms[1] if len(terms) > 1 else "before"
        return terms[0] if terms and word in ("this", "current") else ""

    def _term_of(self, at: datetime) -> str:
        return next(iter(self._begun(at)), "")

    def _begun(self, at: datetime) -> list[TermCode]:
        """Return the terms begun by a moment, newest first."""
        institution = self.sight.provost.institution
        day = local_day(at, institution.zone)
        begun = [(first_day(one), one.term) for one in institution.calendars if first_day(one) <= day]
        return [term for _, term in sorted(begun, reverse=True)]


def _said(events: Iterable[AlertEvent]) -> Iterator[str]:
    return (f"{event.word} {event.said or ''}".strip() for event in events if event.word)
