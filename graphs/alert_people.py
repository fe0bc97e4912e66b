"""What early alert asks about people beside their activity: who advises them, what they wrote, are they graded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.early_alert.rosters import course_code
from agents.early_alert.signalled import Distressed, Signalled
from agents.early_alert.texts import cries_for_help
from domain.changes import digest
from domain.findings import Finding, Severity
from domain.ids import Crn, RecordHandle, SectionKey, TermCode
from domain.learning_ports import StudiesReader
from domain.ports import IdentityResolver, RelationshipReader, SisReader
from domain.records import RegistrationStatus
from domain.texts import TextReader, WrittenText

LOOK_BACK = timedelta(days=7)
"""How far back texts are looked through; each is acted upon once."""
NOWHERE = Crn("NONE")
"""Stands for a section where somebody in distress has none in the term."""


@dataclass(frozen=True)
class AlertPeople:
    """The readers that know people; ``texts`` are the places where they write, empty where none is connected."""

    sis: SisReader
    relationships: RelationshipReader
    identities: IdentityResolver
    studies: StudiesReader | None
    texts: Sequence[TextReader] = ()

    def advisors(self) -> Mapping[RecordHandle, RecordHandle]:
        """Return who advises whom, as the SIS says."""
        rows = [row for row in self.sis.read_histories().rows if row.advisor]
        named = {row.person for row in rows} | {row.advisor for row in rows if row.advisor}
        handles = self.identities.handles(sorted(named))
        return {handles[row.person]: handles[row.advisor] for row in rows if row.advisor}

    def advisor_of(self, person: RecordHandle) -> Mapping[RecordHandle, RecordHandle]:
        """Return who advises one student, for an event."""
        found = self.relationships.read_advisors(self.identities.person(person)).rows
        handles = self.identities.handles(list(found[:1]))
        return dict(zip([person], handles.values(), strict=False))

    def instructor_of(self, section: SectionKey) -> Mapping[SectionKey, RecordHandle]:
        """Return who teaches one section, for an event."""
        found = self.sis.read_section(section)
        named = [one.sis_id for one in found.instructors if one.primary] if found else []
        return dict(zip([section], self.identities.handles(named[:1]).values(), strict=False))

    def still_ungraded(self, signalled: Sequence[Signalled]) -> tuple[tuple[Signalled, ...], int]:
        """Leave out who has a final grade in the section's course already, and say how many that were (R119)."""
        if self.studies is None or not signalled:
            return tuple(signalled), 0
        past = self.studies.read_past_courses(sorted({each.person for each in signalled})).rows
        graded = {(row.person, row.term, course_code(row.course)) for row in past if row.letter}
        kept = tuple(each for each in signalled if (each.person, each.section.term, each.course) not in graded)
        return kept, len(signalled) - len(kept)

    def still_registered(self, signalled: Sequence[Signalled]) -> tuple[Signalled, ...]:
        """Leave out who is no longer registered in the class; a roster that did not all come leaves nobody out."""
        gone: set[tuple[SectionKey, RecordHandle]] = set()
        for section in sorted({each.section for each in signalled}):
            roster = self.sis.read_section_registrations(section)
            there = {row.person for row in roster.rows if row.status is RegistrationStatus.REGISTERED}
            asked = {each.person for each in signalled if each.section == section} if roster.complete else set()
            gone |= {(section, person) for person in asked if self.identities.person(person) not in there}
        return tuple(each for each in signalled if (each.section, each.person) not in gone)

    def distressed(
        self,
        term: TermCode,
        now: datetime,
        homes: Mapping[RecordHandle, SectionKey],
        advisors: Mapping[RecordHandle, RecordHandle],
    ) -> tuple[tuple[Distressed, ...], tuple[Finding, ...]]:
        """Look through what was written lately; words stay where they are (R131)."""
        texts, findings = list[WrittenText](), list[Finding]()
        for reader in self.texts:
            fetch = reader.read_texts(now - LOOK_BACK)
            texts += fetch.rows
            findings += [*fetch.findings, *(() if fetch.complete else (_gap(fetch.source),))]
        found = (
            Distressed(
                id=f"alr_{digest(['distress', text.source, text.record])[:16]}",
                person=text.person,
                section=homes.get(text.person, SectionKey(term, NOWHERE)),
                advisor=advisors.get(text.person),
                source=text.source,
                record=text.record,
                at=text.at,
            )
            for text in cries_for_help(texts)
        )
        return tuple(found), tuple(findings)


def _gap(source: str) -> Finding:
    return Finding(
        code="PV201",
        severity=Severity.WARNING,
        subject=f"texts in {source}",
        message="Not every text could be read, so words of distress may have been missed.",
        fix="Read the inbox yourself today, and look at the connector with provost doctor.",
    )
