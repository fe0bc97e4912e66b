"""What a run of early alert sees: a whole term read anew, or students of one class after events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agents.early_alert.choosing import Moment
from agents.early_alert.detection import AlertDetection
from agents.early_alert.feed import FeedReading
from agents.early_alert.looking import Known
from agents.early_alert.signalled import Signals
from domain.ids import RecordHandle, RunId, SectionKey, TermCode
from domain.institution import Institution
from domain.principals import Principal
from domain.rules.alert_policy import closes_with_term
from graphs.alert_people import AlertPeople
from graphs.locks import Locks
from store.alerts import AlertBook
from store.casedesk import LocalCaseDesk
from store.ledger import Ledger

_AGENT = "early_alert"
_WAIT_SECONDS = 600.0


@dataclass(frozen=True)
class AlertSight:
    """Reads and chooses; who was read about is on record before anything is concluded (S224)."""

    detection: AlertDetection
    people: AlertPeople
    book: AlertBook
    desk: LocalCaseDesk
    institution: Institution
    ledger: Ledger
    locks: Locks
    principal: Principal

    def look_at_term(self, run: RunId, term: TermCode, moment: Moment) -> Signals:
        """Read a term and choose; one run at a time, since two would read the same days."""
        with self.locks.holding(f"alerts {term}", _WAIT_SECONDS):
            reading = self.detection.feed.refresh(term)
            self._record_reads(run, list(reading.homes))
            advisors = self.people.advisors()
            distressed, gaps = self.people.distressed(term, moment.now, reading.homes, advisors)
            stopped = frozenset(one.person for one in distressed)
            known = replace(self._known(term, advisors, reading), with_people=stopped)
            found = self.detection.look_at_term(reading, known, moment)
        left = reading.left
        return found.model_copy(
            update={
                "good_news": tuple(one for one in found.good_news if one.person not in stopped),
                "distressed": distressed,
                "findings": (*found.findings, *gaps),
                "over": tuple(self._over(reading, moment)),
                "left": tuple(each.id for each in self.book.open_ones() if each.person in left.get(each.section, ())),
            }
        )

    def look_at_students(self, run: RunId, whom: tuple[SectionKey, Sequence[RecordHandle]], moment: Moment) -> Signals:
        """Score students of one class anew (S74)."""
        section, people = whom
        self._record_reads(run, people)
        numbers = self.detection.feed.files.read_numbers(section.term)
        taught = self.people.instructor_of(section)
        reading = FeedReading(numbers, (section,), taught, dict.fromkeys(people, section), ())
        advisors = {student: who for one in people for student, who in self.people.advisor_of(one).items()}
        known = self._known(section.term, advisors, reading)
        return self.detection.look_at_students(numbers, whom, known, moment)

    def _known(self, term: TermCode, advisors: Mapping[RecordHandle, RecordHandle], reading: FeedReading) -> Known:
        shown = {RecordHandle(person): score for person, score in self.desk.scores().items()}
        return Known(advisors, reading.instructors, shown, self.book.of_term(term))

    def _over(self, reading: FeedReading, moment: Moment) -> Iterator[str]:
        """Yield the open alerts whose section, or whose term, is over (R134)."""
        for alert in self.book.open_ones():
            place = reading.numbers.place(alert.section) if alert.section.term == reading.numbers.term else None
            calendar = self.institution.calendar(alert.section.term)
            ends = [place.ends_on] if place else [part.end_on for part in calendar.parts] if calendar else []
            if ends and closes_with_term(moment.today, max(ends)):
                yield alert.id

    def _record_reads(self, run: RunId, people: Sequence[RecordHandle]) -> None:
        self.ledger.record_reads(
            self.principal.id, agent=_AGENT, purpose="early alert", run=run, what="activity", people=people
        )
