"""What every student system must do for Provost, run against each connector over the same simulated campus.

A connector joins by a subclass with a ``reader`` fixture. What a connector does not claim in its capabilities must be
answered as incomplete, and what it claims must be there.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Protocol

import pytest
from pydantic import ValidationError

from domain.findings import Finding, Severity
from domain.ids import SectionKey, SisPersonId, TermCode
from domain.ports import Capabilities, Fetch, SisReader
from domain.records import GradeMode, Person, RegistrationStatus, Section, SectionStatus
from tests.contract.sis.campus import SisCampus

COLLECTIONS = ("terms", "people", "sections", "registrations", "section_registrations", "holds", "histories")
OPTIONAL = (
    "people.preferred_name",
    "people.prior_sis_ids",
    "people.confidential",
    "sections.instructors",
    "sections.status",
    "sections.census_on",
    "sections.cross_list_group",
    "sections.linked_to",
    "sections.lms",
    "registrations.registered_on",
    "registrations.status_on",
    "registrations.withdrawn",
    "registrations.waitlisted",
    "registrations.grade_mode",
    "registrations.override",
    "registrations.modified_at",
)


class CheckedReader(SisReader, Protocol):
    """A reader that ``provost doctor`` can question."""

    def check_access(self) -> tuple[Finding, ...]: ...


class SisSpec:
    """The specification; every test is one promise to the roster rules."""

    @pytest.fixture
    def term(self, campus: SisCampus) -> TermCode:
        return campus.term

    def read(self, reader: SisReader, name: str, term: TermCode) -> Fetch[Any]:
        """Read one collection by the name it has in the capabilities."""
        calls: dict[str, Callable[[], Fetch[Any]]] = {
            "terms": reader.read_terms,
            "people": reader.read_people,
            "sections": lambda: reader.read_sections(term),
            "registrations": lambda: reader.read_registrations(term),
            "section_registrations": lambda: reader.read_section_registrations(reader.read_sections(term).rows[0].key),
            "holds": reader.read_holds,
            "histories": reader.read_histories,
        }
        return calls[name]()

    def test_claims_only_what_the_vocabulary_has(self, reader: SisReader) -> None:
        claims = reader.capabilities()
        assert claims.system
        assert claims.version
        assert not claims.writes
        assert claims.reads <= {*COLLECTIONS, *OPTIONAL, "person", "section", "identities"}

    @pytest.mark.parametrize("name", COLLECTIONS)
    def test_r70_what_is_claimed_comes_whole_and_the_rest_is_incomplete(
        self, reader: SisReader, term: TermCode, name: str
    ) -> None:
        fetch = self.read(reader, name, term)
        assert fetch.source == reader.capabilities().system
        assert fetch.read_at.utcoffset() == timedelta(0)
        if name in reader.capabilities().reads:
            assert fetch.rows
            assert fetch.complete
            assert [finding for finding in fetch.findings if finding.severity is not Severity.INFO] == []
            assert fetch.expected in {None, len(fetch.rows)}
        else:
            assert (fetch.rows, fetch.complete) == ((), False)
            assert fetch.findings

    def test_claimed_fields_are_really_there(self, reader: SisReader, term: TermCode) -> None:
        claims = reader.capabilities().reads
        shown = show_fields(reader, term)
        assert {field for field in OPTIONAL if field in claims and not shown[field]} == set()
        assert {field for field in OPTIONAL if shown[field] and field not in claims} == set()

    def test_every_person_has_one_id_and_a_name(self, reader: SisReader) -> None:
        people = reader.read_people().rows
        assert max(Counter(person.sis_id for person in people).values()) == 1
        assert all(
            person.display_name.full and (person.legal_name.first or person.legal_name.last) for person in people
        )
        assert not any(person.sis_id in person.prior_sis_ids for person in people)
        assert not any(person.preferred_name == person.legal_name for person in people)

    def test_r31_sections_are_named_by_term_and_crn_and_stand_in_their_term(
        self, reader: SisReader, term: TermCode
    ) -> None:
        sections = reader.read_sections(term).rows
        terms = {found.code: found for found in reader.read_terms().rows}
        assert max(Counter(section.key for section in sections).values()) == 1
        assert {section.key.term for section in sections} == {term}
        assert all(terms[term].start_on <= s.start_on <= s.end_on <= terms[term].end_on for s in sections)
        assert all(SectionKey.parse(section.key.sis_section_id) == section.key for section in sections)
        assert all(section.own_course_id.count("-") == 2 for section in sections)

    def test_r33_census_lies_in_the_part_of_term(self, reader: SisReader, term: TermCode) -> None:
        for section in reader.read_sections(term).rows:
            assert section.census_on is None or section.start_on <= section.census_on <= section.end_on

    def test_r39_r41_groups_have_one_primary_and_labs_a_lecture(self, reader: SisReader, term: TermCode) -> None:
        sections = {section.key.crn: section for section in reader.read_sections(term).rows}
        groups = Counter(s.cross_list_group for s in sections.values() if s.cross_list_group)
        primaries = Counter(s.cross_list_group for s in sections.values() if s.cross_list_primary)
        assert all(members >= 2 and primaries[group] == 1 for group, members in groups.items())
        labs = [section for section in sections.values() if section.linked_to]
        assert all(sections[lab.linked_to].linked_to is None for lab in labs if lab.linked_to)

    def test_everyone_named_is_known(self, reader: SisReader, term: TermCode) -> None:
        people = {person.sis_id for person in reader.read_people().rows}
        sections = reader.read_sections(term).rows
        registrations = reader.read_registrations(term).rows
        assert {teacher.sis_id for section in sections for teacher in section.instructors} <= people
        assert {row.person for row in registrations} <= people
        assert {row.section for row in registrations} <= {section.key for section in sections}

    def test_no_status_or_mode_of_this_campus_is_unknown(self, reader: SisReader, term: TermCode) -> None:
        registrations = reader.read_registrations(term).rows
        assert RegistrationStatus.UNKNOWN not in {row.status for row in registrations}
        assert GradeMode.UNKNOWN not in {row.grade_mode for row in registrations}
        assert SectionStatus.UNKNOWN not in {section.status for section in reader.read_sections(term).rows}

    def test_r51_rows_of_one_person_in_one_section_are_numbered(self, reader: SisReader, term: TermCode) -> None:
        rows = reader.read_registrations(term).rows
        keys = Counter((row.section, row.person) for row in rows)
        numbered = Counter((row.section, row.person, row.sequence) for row in rows if keys[row.section, row.person] > 1)
        assert max(numbered.values(), default=1) == 1

    def test_single_reads_agree_with_the_collections(self, reader: SisReader, term: TermCode) -> None:
        people, sections = reader.read_people().rows, reader.read_sections(term).rows
        everything = reader.read_registrations(term).rows
        for person in people[:: max(1, len(people) // 3)]:
            assert reader.read_person(person.sis_id) == person
        for section in sections[:: max(1, len(sections) // 3)]:
            assert reader.read_section(section.key) == section
            alone = reader.read_section_registrations(section.key).rows
            assert set(alone) == {row for row in everything if row.section == section.key}

    def test_strangers_are_none(self, reader: SisReader, term: TermCode) -> None:
        assert reader.read_person(SisPersonId("Z99999999")) is None
        assert reader.read_section(SectionKey.parse(f"{term}-99999") or SectionKey(term, "0")) is None

    def test_a_term_nobody_teaches_is_never_taken_for_everyone_having_left(self, reader: SisReader) -> None:
        for fetch in (reader.read_sections(TermCode("209980")), reader.read_registrations(TermCode("209980"))):
            assert (fetch.rows, fetch.complete) == ((), False)
            assert [finding.code for finding in fetch.findings if finding.severity is Severity.STOP] == ["PV202"]

    def test_reading_twice_gives_the_same(self, reader: SisReader, term: TermCode) -> None:
        assert set(reader.read_registrations(term).rows) == set(reader.read_registrations(term).rows)
        assert reader.read_sections(term).rows == reader.read_sections(term).rows

    def test_records_cannot_be_changed(self, reader: SisReader) -> None:
        with pytest.raises(ValidationError):
            reader.read_people().rows[0].login = "someone"

    def test_s220_nothing_outside_the_scope_enters(self, reader: SisReader, campus: SisCampus) -> None:
        text = reader.read_people().model_dump_json()
        assert campus.secrets
        assert not any(secret in text for secret in campus.secrets)

    def test_doctor_finds_nothing_that_stops(self, reader: CheckedReader) -> None:
        assert [f.message for f in reader.check_access() if f.severity is Severity.STOP] == []

    def test_capability_report(self, reader: SisReader, capsys: pytest.CaptureFixture[str]) -> None:
        report = word_capabilities([reader.capabilities()])
        assert "registrations" in report
        with capsys.disabled():
            sys.stdout.write(f"\n{report}\n")


def show_fields(reader: SisReader, term: TermCode) -> dict[str, bool]:
    """Tell for each optional field whether any record of this campus shows it."""
    people, sections = reader.read_people().rows, reader.read_sections(term).rows
    registrations = reader.read_registrations(term).rows
    statuses = {row.status for row in registrations}
    return {
        **_show_people(people),
        **_show_sections(sections),
        "registrations.registered_on": any(row.registered_on for row in registrations),
        "registrations.status_on": any(row.status_on for row in registrations),
        "registrations.withdrawn": RegistrationStatus.WITHDRAWN in statuses,
        "registrations.waitlisted": RegistrationStatus.WAITLISTED in statuses,
        "registrations.grade_mode": GradeMode.AUDIT in {row.grade_mode for row in registrations},
        "registrations.override": any(row.override for row in registrations),
        "registrations.modified_at": any(row.modified_at for row in registrations),
    }


def _show_people(people: Iterable[Person]) -> dict[str, bool]:
    everyone = list(people)
    return {
        "people.preferred_name": any(person.preferred_name for person in everyone),
        "people.prior_sis_ids": any(person.prior_sis_ids for person in everyone),
        "people.confidential": any(person.confidential for person in everyone),
    }


def _show_sections(sections: Iterable[Section]) -> dict[str, bool]:
    every = list(sections)
    return {
        "sections.instructors": any(section.instructors for section in every),
        "sections.status": SectionStatus.CANCELLED in {section.status for section in every},
        "sections.census_on": any(section.census_on for section in every),
        "sections.cross_list_group": any(section.cross_list_group for section in every),
        "sections.linked_to": any(section.linked_to for section in every),
        "sections.lms": len({section.lms for section in every}) > 1,
    }


def word_capabilities(systems: Iterable[Capabilities]) -> str:
    """Word what each system can tell, one line per collection or field."""
    claims = list(systems)
    head = " ".join(f"{claim.system} {claim.version}".rjust(18) for claim in claims)
    lines = [
        f"{name:32}" + " ".join(("yes" if name in claim.reads else "no").rjust(18) for claim in claims)
        for name in (*COLLECTIONS, *OPTIONAL)
    ]
    events = f"{'events':32}" + " ".join(("yes" if claim.events else "no").rjust(18) for claim in claims)
    return "\n".join([f"{'':32}{head}", *lines, events])
