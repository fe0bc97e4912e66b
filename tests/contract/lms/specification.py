"""What every LMS connector must do, whatever the system behind it: the same small institution, the same questions.

A connector joins by a subclass that supplies the ``lms`` fixture. A kind of change that its capabilities do not name is
skipped and shows as missing in the report.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import pytest

from domain.changes import Change, OpenCase
from domain.errors import InvalidRecord
from domain.ids import ChangeId, SectionKey, SisCourseId, SisPersonId, TermCode
from domain.images import Image
from domain.lms import LmsCourse, LmsEnrollment, LmsRole, LmsState
from domain.ports import Applier, LmsReader, Observer, Receipt
from domain.records import Person
from tests.contract.lms import cases
from tests.contract.lms.cases import CASES, EMPTY_TERM, FIRST, FIRST_COURSE, SECOND, SECOND_COURSE, TERM
from tests.tools.people import ANN, BOB, CID, DEE, EVE, TESS, OpenHandles, planted_words


class ObservingReader(LmsReader, Observer, Protocol):
    """Reads and observes with the same credential."""


class LmsUnderTest(Protocol):
    """One LMS that holds the suite's institution, see ``tests.tools.canvas_campus`` for what that is."""

    @property
    def reader(self) -> ObservingReader: ...
    @property
    def writer(self) -> Applier: ...
    @property
    def handles(self) -> OpenHandles: ...
    def cross_list_by_hand(self, section: SectionKey, course: SisCourseId) -> None: ...
    def effects(self) -> int: ...


def rows_of(lms: LmsUnderTest) -> tuple[LmsEnrollment, ...]:
    sections = lms.reader.read_sections(lms.reader.read_courses(TERM).rows)
    fetch = lms.reader.read_enrollments(sections.rows)
    assert fetch.complete
    return fetch.rows


def plan(lms: LmsUnderTest, name: str) -> Change:
    """Return a case's change with the before-image that the system shows now."""
    blank = CASES[name](lms.handles, Image.absent())
    return CASES[name](lms.handles, lms.reader.observe([blank])[blank.change_id])


def apply(lms: LmsUnderTest, changes: Sequence[Change]) -> Mapping[ChangeId, Receipt]:
    receipts = lms.writer.apply(changes)
    assert set(receipts) == {change.change_id for change in changes}
    return receipts


class LmsSpecification:
    """The specification; each test takes a fresh institution."""

    def test_capabilities_are_reported(self, lms: LmsUnderTest, record_property: pytest.FixtureRequest) -> None:
        reads, writes = lms.reader.capabilities(), lms.writer.capabilities()
        report = {"reads": sorted(reads.reads), "writes": sorted(writes.writes), "events": reads.events}
        print(f"\nLMS capability report: {reads.system} {reads.version}")  # noqa: T201
        for name, value in report.items():
            print(f"  {name:7} {value}")  # noqa: T201
        missing = sorted({kind_of(name) for name in CASES} - writes.writes)
        print(f"  missing {missing}")  # noqa: T201
        assert reads.system == writes.system
        assert reads.writes == frozenset()
        assert {"users", "courses", "sections", "enrollments"} <= reads.reads

    def test_courses_of_a_term_come_whole(self, lms: LmsUnderTest) -> None:
        fetch = lms.reader.read_courses(TERM)
        assert fetch.complete
        assert {FIRST_COURSE, SECOND_COURSE} <= {course.sis_course_id for course in fetch.rows}

    def test_a_term_without_courses_is_an_answer(self, lms: LmsUnderTest) -> None:
        fetch = lms.reader.read_courses(EMPTY_TERM)
        assert fetch.complete
        assert fetch.rows == ()

    def test_a_term_that_does_not_exist_is_an_error_that_names_the_field(self, lms: LmsUnderTest) -> None:
        with pytest.raises(InvalidRecord) as caught:
            lms.reader.read_courses(TermCode("190010"))
        assert caught.value.field == "term"

    @pytest.mark.parametrize(
        ("person", "state", "role", "by_sis"),
        [
            (ANN, LmsState.ACTIVE, LmsRole.STUDENT, True),
            (BOB, LmsState.INACTIVE, LmsRole.STUDENT, True),
            (CID, LmsState.DELETED, LmsRole.STUDENT, True),
            (DEE, LmsState.COMPLETED, LmsRole.STUDENT, True),
            (EVE, LmsState.ACTIVE, LmsRole.TA, False),
            (TESS, LmsState.ACTIVE, LmsRole.TEACHER, True),
        ],
    )
    def test_r53_rows_of_every_state_come_with_their_provenance(
        self, lms: LmsUnderTest, person: Person, state: LmsState, role: LmsRole, by_sis: bool
    ) -> None:
        found = [row for row in rows_of(lms) if row.person == person.sis_id]
        assert [(row.section_key, row.state, row.role, row.made_by_sis) for row in found] == [
            (FIRST, state, role, by_sis)
        ]

    def test_r40_a_cross_listed_section_keeps_its_roster_under_its_own_key(self, lms: LmsUnderTest) -> None:
        lms.cross_list_by_hand(FIRST, SECOND_COURSE)
        courses = {course.sis_course_id: course for course in lms.reader.read_courses(TERM).rows}
        sections = {section.key: section for section in lms.reader.read_sections(list(courses.values())).rows}
        assert sections[FIRST].course == courses[SECOND_COURSE].id
        assert sections[FIRST].home_course == courses[FIRST_COURSE].id
        assert {row.section_key for row in rows_of(lms)} == {FIRST}
        assert len(lms.reader.find_section_enrollments(FIRST)) == 6

    def test_single_records_are_found_or_none(self, lms: LmsUnderTest) -> None:
        user, section = lms.reader.find_user(ANN.sis_id), lms.reader.find_section(FIRST)
        assert user is not None
        assert (user.sis_id, user.login) == (ANN.sis_id, ANN.login)
        assert section is not None
        assert section.key == FIRST
        assert lms.reader.find_user(SisPersonId("A99999999")) is None
        assert lms.reader.find_section(cases.UNKNOWN) is None
        assert lms.reader.find_section_enrollments(cases.UNKNOWN) == ()

    def test_one_persons_rows_of_one_section(self, lms: LmsUnderTest) -> None:
        assert [row.person for row in lms.reader.find_section_enrollments(FIRST, CID.sis_id)] == [CID.sis_id]
        assert lms.reader.find_section_enrollments(SECOND, CID.sis_id) == ()

    def test_no_sections_and_no_courses_are_complete_and_empty(self, lms: LmsUnderTest) -> None:
        none: tuple[LmsCourse, ...] = ()
        assert lms.reader.read_sections(none).complete
        assert lms.reader.read_enrollments(()).rows == ()

    @pytest.mark.parametrize("name", CASES)
    def test_r75_a_change_is_accepted_and_seen_when_read_back(self, lms: LmsUnderTest, name: str) -> None:
        need(lms, name)
        change = plan(lms, name)
        assert not change.before.satisfies(change.after)
        assert apply(lms, [change])[change.change_id].accepted
        assert lms.reader.observe([change])[change.change_id].satisfies(change.after)

    @pytest.mark.parametrize("name", CASES)
    def test_r52_the_same_change_again_has_no_effect(self, lms: LmsUnderTest, name: str) -> None:
        need(lms, name)
        change = plan(lms, name)
        apply(lms, [change])
        before = lms.effects()
        assert apply(lms, [change])[change.change_id].accepted
        assert lms.effects() == before

    def test_one_bad_change_does_not_stop_the_others(self, lms: LmsUnderTest) -> None:
        good, bad = plan(lms, "enrol"), plan(lms, "deactivate").model_copy(update={"section": cases.UNKNOWN})
        receipts = apply(lms, [bad, good])
        assert receipts[good.change_id].accepted
        assert lms.reader.observe([good])[good.change_id].satisfies(good.after)
        assert not lms.reader.observe([bad])[bad.change_id].exists

    def test_a_kind_of_change_that_is_not_taken_is_refused_not_raised(self, lms: LmsUnderTest) -> None:
        basics = cases.basics(Image.absent(), Image(fields={"marker": "m"}))
        case = OpenCase(
            person=lms.handles.handle(ANN),
            tag="t",
            marker="m",
            reasons=(),
            outreach="o",
            due_on=cases.START.date(),
            **basics,
        )
        assert not apply(lms, [case])[case.change_id].accepted

    def test_images_and_receipts_name_nobody(self, lms: LmsUnderTest) -> None:
        changes = [plan(lms, name) for name in CASES if kind_of(name) in lms.writer.capabilities().writes]
        shown = "".join(image.model_dump_json() for image in lms.reader.observe(changes).values())
        shown += "".join(receipt.model_dump_json() for receipt in apply(lms, changes).values())
        shown += "".join(image.model_dump_json() for image in lms.reader.observe(changes).values())
        assert [word for word in planted_words() if word in shown] == []


def kind_of(name: str) -> str:
    return str(getattr(CASES[name](OpenHandles(), Image.absent()), "kind", ""))


def need(lms: LmsUnderTest, name: str) -> None:
    if kind_of(name) not in lms.writer.capabilities().writes:
        pytest.skip(f"the connector does not write {kind_of(name)}")
