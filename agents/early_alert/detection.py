"""Finds who may need somebody: freshness first, then the scores of a term or of one student, then the alert policy.

Where the LMS shows nothing new for too long, scores stay as they are and nobody is alerted about (R122).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.early_alert.activity_files import NORMS
from agents.early_alert.choosing import Moment
from agents.early_alert.features import inputs_of, tick
from agents.early_alert.feed import AlertFeed, FeedReading, read_marks
from agents.early_alert.increments import LATE, of_people
from agents.early_alert.looking import Known, Look
from agents.early_alert.model import RiskModel
from agents.early_alert.neutral import without_gaps
from agents.early_alert.numbering import Numbers
from agents.early_alert.quarantine import leave_held_out
from agents.early_alert.signalled import Signals
from agents.early_alert.taking_in import take_in
from domain.findings import Finding, Severity
from domain.ids import RecordHandle, SectionKey
from domain.rules.alerts import is_stale

if TYPE_CHECKING:
    import duckdb

_ENROLMENTS = "SELECT person, enrolment FROM enrolment WHERE section = ?"


@dataclass(frozen=True)
class AlertDetection:
    """Scores what the feed has read, with the model in use."""

    feed: AlertFeed
    model: RiskModel

    def look_at_term(self, reading: FeedReading, known: Known, moment: Moment) -> Signals:
        """Score everybody of a term whose section is fresh, and choose whom to alert about."""
        numbers, files = reading.numbers, self.feed.files
        live = [key for key in reading.sections if moment.today <= numbers.places[key.crn].ends_on]
        with files.open_sections(live) as connection:
            fresh, stale = _fresh(connection, live, numbers, moment)
            counts = {"sections": len(reading.sections), "frozen sections": len(live) - len(fresh)}
            findings = (*reading.findings, *stale)
            if not fresh:
                nothing = Signals(term=numbers.term, today=moment.today, read_at=moment.now)
                return nothing.model_copy(update={"counts": counts, "findings": findings})
            leave_held_out(connection)
            places = [numbers.places[key.crn] for key in fresh]
            days = {place.section: self.feed.days_of(place).of_date(moment.today) for place in places}
            inputs = without_gaps(tick(connection, {place: max(day, 0) for place, day in days.items()}), self.model)
            for key, place in zip(fresh, places, strict=True):
                files.write_norms(connection, key, place.section)
            zone = self.feed.institution.zone
            found = Look(connection, inputs, numbers, self.model, moment, known, zone).signals()
        counts |= {"scored": len(inputs.enrolments), **found.counts}
        return found.model_copy(update={"counts": counts, "findings": findings})

    def look_at_students(
        self, numbers: Numbers, whom: tuple[SectionKey, Collection[RecordHandle]], known: Known, moment: Moment
    ) -> Signals:
        """Score students of a class anew after events, beside the section as of the last tick; touch nobody else."""
        section, people = whom[0], [person for person in whom[1] if person in numbers.people]
        nothing = Signals(term=numbers.term, today=moment.today, read_at=moment.now)
        place = numbers.place(section)
        if place is None or not people or moment.today > place.ends_on:
            return nothing
        with self.feed.files.open_sections([section], norms=True) as connection:
            seats = dict(connection.execute(_ENROLMENTS, [place.section]).fetchall())
            enrolled = {person: seats[numbers.people[person]] for person in people if numbers.people[person] in seats}
            if not enrolled or not _has_norms(connection):
                return nothing
            into, increment = self.feed.read_again(connection, section, numbers)
            if not increment.complete:
                return nothing.model_copy(update={"findings": tuple(increment.findings(section))})
            take_in(into, of_people(increment, enrolled), numbers, enrolled)
            leave_held_out(connection)
            connection.execute("UPDATE section_now SET day = ?", [into.days.of(moment.now) + 1])
            inputs = without_gaps(inputs_of(connection, list(enrolled.values())), self.model)
            zone = self.feed.institution.zone
            signals = Look(connection, inputs, numbers, self.model, moment, known, zone).signals()
        return signals.model_copy(update={"counts": {"scored": len(inputs.enrolments), **signals.counts}})


def _fresh(
    connection: "duckdb.DuckDBPyConnection", live: Sequence[SectionKey], numbers: Numbers, moment: Moment
) -> tuple[list[SectionKey], list[Finding]]:
    """Return the sections that were read in time, and what to say of the rest; none where the whole LMS is silent."""
    marks, limits = read_marks(connection), moment.settings.limits
    events = [mark.last_event for mark in marks.values() if mark.last_event is not None]
    begun = any(numbers.places[key.crn].starts_on + LATE <= moment.today for key in live)
    if begun and is_stale(max(events, default=None), moment.now, limits):
        said = f"Nobody was seen in the LMS for {limits.stale_hours} hours, so scores stay as they are."
        return [], [_stale(f"term {numbers.term}", said)]
    fresh, findings = list[SectionKey](), list[Finding]()
    for key in live:
        place = numbers.places[key.crn]
        mark = marks.get(place.section)
        if mark is None and place.starts_on > moment.today:
            continue
        if mark is None or is_stale(mark.read_until, moment.now, limits):
            said = f"It was not read whole for {limits.stale_hours} hours, so its scores stay as they are."
            findings.append(_stale(f"section {key}", said))
        else:
            fresh.append(key)
    return fresh, findings


def _stale(subject: str, message: str) -> Finding:
    fix = "Look at the connector with provost doctor; no alert is raised until it reads again."
    return Finding(code="PV201", severity=Severity.WARNING, subject=subject, message=message, fix=fix)


def _has_norms(connection: "duckdb.DuckDBPyConnection") -> bool:
    there = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    return set(NORMS) <= there
