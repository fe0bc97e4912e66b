"""One row on which the systems disagree, with everything needed to word it and to settle it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agents.roster.comparing import Sides
from agents.roster.expected import Key
from agents.roster.found import row_image
from domain.ids import RecordHandle, SectionKey, SisPersonId
from domain.images import Image
from domain.lms import LmsEnrollment, LmsRole
from domain.ports import IdentityResolver
from domain.records import Registration
from domain.rules.decision import decide
from domain.rules.facts import Facts
from domain.rules.verdict import Verdict
from store.staging_tables import section_text


@dataclass(frozen=True, slots=True)
class Case:
    """A loud row: its facts, the verdict, the registration if any and all of the person's LMS rows in the section."""

    key: Key
    section: SectionKey
    person: RecordHandle
    facts: Facts
    verdict: Verdict
    registration: Registration | None
    rows: tuple[LmsEnrollment, ...]

    @property
    def role(self) -> LmsRole:
        """The role this is about: the one expected, else the one found."""
        return self.facts.expectation.role or self.found_role

    @property
    def found_role(self) -> LmsRole:
        """The role of the row found, a student's where there is none."""
        compared = [row for row in self.rows if is_teaching(row) is self.facts.expectation.teaching]
        return compared[0].role if compared else LmsRole.STUDENT

    def image(self, role: LmsRole) -> Image:
        """The image of the person's row in one role."""
        return row_image(self.rows, role)


def is_teaching(row: LmsEnrollment) -> bool:
    """Tell whether a row gives teaching rights."""
    return row.role in {LmsRole.TEACHER, LmsRole.TA}


def open_cases(sides: Sides, loud: Mapping[tuple[Key, bool], Facts], resolver: IdentityResolver) -> tuple[Case, ...]:
    """Return the loud rows as cases, in a stable order, people named by handle."""
    keys = {key for key, _ in loud}
    handles = handles_of(sides, (key.person for key in keys), resolver)
    rows = rows_at(sides, keys)
    return tuple(
        Case(
            key=key,
            section=sides.campus.section_key(key.section),
            person=handles[key.person],
            facts=facts,
            verdict=decide(facts),
            registration=None if teaching else sides.registrations.get(key),
            rows=rows.get(key, ()),
        )
        for (key, teaching), facts in sorted(loud.items())
    )


def handles_of(sides: Sides, people: Iterable[str], resolver: IdentityResolver) -> dict[str, RecordHandle]:
    """Return the handles of people by staged key, in one batch."""
    sis_ids: dict[str, SisPersonId] = {key: sides.campus.sis_id(key) for key in sorted(set(people))}
    handles = resolver.handles(list(sis_ids.values()))
    return {key: handles[sis_id] for key, sis_id in sis_ids.items()}


def rows_at(sides: Sides, keys: set[Key]) -> dict[Key, tuple[LmsEnrollment, ...]]:
    """Return all LMS rows of the keys, the one that counts first."""
    found: dict[Key, list[LmsEnrollment]] = {}
    sections = {key.section for key in keys}
    texts: dict[SectionKey, str] = {}
    for row in sides.campus.snapshots.enrollments.rows:
        if row.section_key is None or row.person is None:
            continue
        section = texts.get(row.section_key) or texts.setdefault(row.section_key, section_text(row.section_key))
        if section in sections and (key := Key(section, sides.campus.person_key(row.person))) in keys:
            found.setdefault(key, []).append(row)
    return {key: tuple(_counting_first(sides, key, rows)) for key, rows in found.items()}


def _counting_first(sides: Sides, key: Key, rows: list[LmsEnrollment]) -> list[LmsEnrollment]:
    counting = {
        row.first.id for row in (sides.found.students.get(key), sides.found.teachers.get(key)) if row is not None
    }
    return sorted(rows, key=lambda row: row.id not in counting)
