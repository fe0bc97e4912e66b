"""R14 to R30, S256 to S260: what each role may see of whom, by the shipped file."""

from datetime import date

import pytest

from domain.access import Action, Basis
from domain.ids import Crn, PrincipalId, SectionKey
from domain.principals import Principal, PrincipalKind, Role
from domain.records import RegistrationStatus
from privacy.access import Question
from privacy.access.fields import FIELDS, Kind
from tests.privacy.access.campus import TERM, Campus, Remembering, door, handle, handles, principal, student

WHY = "advising"


@pytest.fixture
def campus() -> Campus:
    """S001 to S004 in class 10001 (T1), S003 to S006 in 10002 (T2); A1 advises 1 and 3, A2 advises 2; 3 opted out."""
    campus = Campus(advisors={student(1): "A1", student(3): "A1", student(2): "A2"})
    campus.teach("10001", "T1", 1, 2, 3, 4)
    campus.teach("10002", "T2", 3, 4, 5, 6, dept="HIST")
    campus.confidential = {student(3)}
    return campus


EVERYONE = handles(1, 2, 3, 4, 5, 6)
ADVISOR, TEACHER = principal(Role.ADVISOR, "A1"), principal(Role.INSTRUCTOR, "T1")
CHAIR = principal(Role.DEPARTMENT_CHAIR, "C1", "department:HIST")
REGISTRAR, DESIGNER = principal(Role.REGISTRAR), principal(Role.INSTRUCTIONAL_DESIGNER)
TECHNICIAN, ADMIN = principal(Role.INSTRUCTIONAL_TECHNOLOGY), principal(Role.ADMIN)
PUPIL = principal(Role.STUDENT, "S001")
SERVICE = principal(Role.SERVICE, "", "name:see", "enrolment:see")
AGENT = principal(Role.AGENT, "", "grade:see")
NOBODY = frozenset[str]()


@pytest.mark.parametrize(
    ("rule", "reader", "field", "seen"),
    [
        ("S260", ADVISOR, "grade", handles(1, 3)),
        ("S260", TEACHER, "grade", handles(1, 2, 3, 4)),
        ("S260", CHAIR, "grade", handles(3, 4, 5, 6)),
        ("S260", REGISTRAR, "grade", EVERYONE),
        ("S260", PUPIL, "grade", handles(1)),
        ("S107", DESIGNER, "grade", NOBODY),
        ("S107", DESIGNER, "name", NOBODY),
        ("R14", TEACHER, "name", handles(1, 2, 3, 4)),
        ("R14", TEACHER, "legal_name", NOBODY),
        ("R14", ADVISOR, "legal_name", NOBODY),
        ("R14", REGISTRAR, "legal_name", EVERYONE),
        ("R18", TEACHER, "email", handles(1, 2, 3, 4)),
        ("R17", SERVICE, "name", EVERYONE - handles(3)),
        ("R20", SERVICE, "enrolment", NOBODY),
        ("R21", TEACHER, "gpa", NOBODY),
        ("R21", TEACHER, "hold", NOBODY),
        ("R21", TEACHER, "history", NOBODY),
        ("R21", ADVISOR, "hold", handles(1, 3)),
        ("R21", ADVISOR, "history", handles(1, 3)),
        ("R27", ADVISOR, "note", handles(1, 3)),
        ("R27", TEACHER, "note", NOBODY),
        ("R27", REGISTRAR, "note", NOBODY),
        ("R27", ADVISOR, "private_note", NOBODY),
        ("R28", REGISTRAR, "counselling", NOBODY),
        ("R28", ADVISOR, "disability", NOBODY),
        ("R28", ADVISOR, "conduct", NOBODY),
        ("R28", REGISTRAR, "immigration", NOBODY),
        ("R29 E16", TEACHER, "first_generation", NOBODY),
        ("R29", REGISTRAR, "pell", NOBODY),
        ("R29", CHAIR, "race", NOBODY),
        ("R23 R24", REGISTRAR, "guardian", NOBODY),
        ("R126", PUPIL, "risk", NOBODY),
        ("S106", CHAIR, "risk", NOBODY),
        ("S174", AGENT, "grade", EVERYONE),
        ("S174", AGENT, "gpa", NOBODY),
        ("default deny", ADMIN, "name", NOBODY),
        ("default deny", TECHNICIAN, "name", NOBODY),
        ("default deny", REGISTRAR, "shoe_size", NOBODY),
    ],
)
def test_who_sees_what(campus: Campus, rule: str, reader: Principal, field: str, seen: frozenset[str]) -> None:
    assert door(campus, Remembering()).visible(reader, EVERYONE, field, WHY) == seen, rule


@pytest.mark.parametrize(
    ("reader", "field", "why", "rule"),
    [
        (TEACHER, "first_generation", "never by name", "R29"),
        (ADVISOR, "disability", "outside", "R28"),
        (principal(Role.ADVISOR, "A2"), "grade", "assigned advisor", "R21"),
        (TEACHER, "gpa", "No rule lets instructor", "default-deny"),
        (ADVISOR.model_copy(update={"acting_as": PrincipalId("dean")}), "grade", "acting as another", "R30"),
        (AGENT.model_copy(update={"kind": PrincipalKind.PERSON}), "grade", "kind of principal", "S174"),
        (AGENT, "note", "note:see", "S174"),
    ],
)
def test_a_denial_says_why_and_by_which_rule(
    campus: Campus, reader: Principal, field: str, why: str, rule: str
) -> None:
    asked = Question(reader=reader, fields=(field,), people=handles(1), purpose=WHY)
    decision = door(campus, Remembering()).ask(asked).of(*handles(1), field)
    assert decision is not None
    assert (decision.permitted, decision.rule, decision.basis) == (False, rule, Basis.NONE)
    assert why in decision.reason


def test_s224_without_a_purpose_nothing_is_seen(campus: Campus) -> None:
    assert door(campus, Remembering()).visible(REGISTRAR, EVERYONE, "name", " ") == NOBODY


def test_a_purpose_narrows_a_rule(campus: Campus) -> None:
    access = door(campus, Remembering())
    assert access.visible(TECHNICIAN, EVERYONE, "login", "account repair for a ticket") == EVERYONE


def test_s256_a_question_from_a_course_reaches_that_class_alone(campus: Campus) -> None:
    both = campus.teach("10003", "T1", 6)
    asked = Question(reader=TEACHER, fields=("name",), people=EVERYONE, purpose=WHY)
    access = door(campus, Remembering())
    assert access.ask(asked).permitted["name"] == handles(1, 2, 3, 4, 6)
    assert access.ask(asked.model_copy(update={"section": both})).permitted["name"] == handles(6)
    foreign = SectionKey(TERM, Crn("10002"))
    assert access.ask(asked.model_copy(update={"section": foreign})).permitted["name"] == NOBODY


def test_r48_a_dropped_student_is_no_longer_of_the_class_and_a_withdrawn_one_is(campus: Campus) -> None:
    roster = campus.rosters[SectionKey(TERM, Crn("10001"))]
    roster |= {student(1): RegistrationStatus.DROPPED, student(2): RegistrationStatus.WITHDRAWN}
    assert door(campus, Remembering()).visible(TEACHER, EVERYONE, "grade", WHY) == handles(2, 3, 4)


def test_a_class_long_over_is_no_relationship(campus: Campus) -> None:
    campus.teach("09999", "T9", 1, end=date(2026, 5, 8))
    campus.teach("09998", "T9", 2, end=date(2026, 9, 4))
    assert door(campus, Remembering()).visible(principal(Role.INSTRUCTOR, "T9"), EVERYONE, "name", WHY) == handles(2)


def test_a_reader_nobody_knows_has_no_relationship(campus: Campus) -> None:
    for role in (Role.ADVISOR, Role.INSTRUCTOR, Role.STUDENT, Role.DEPARTMENT_CHAIR):
        assert door(campus, Remembering()).visible(principal(role), EVERYONE, "name", WHY) == NOBODY


@pytest.mark.parametrize("role", list(Role))
def test_s174_an_agent_or_service_without_scopes_sees_nothing(campus: Campus, role: Role) -> None:
    program = principal(Role.AGENT).model_copy(update={"roles": frozenset({role})})
    assert all(door(campus, Remembering()).visible(program, EVERYONE, field, WHY) == NOBODY for field in FIELDS)


def test_s174_an_agent_shows_a_person_what_both_may_see(campus: Campus) -> None:
    asked = Question(reader=ADVISOR, fields=("grade", "gpa"), people=EVERYONE, purpose=WHY, agent=AGENT)
    answer = door(campus, Remembering()).ask(asked)
    assert answer.permitted == {"grade": handles(1, 3), "gpa": NOBODY}


def test_r21_relationships_are_believed_for_a_while_and_then_read_again(campus: Campus) -> None:
    now = [0.0]
    access = door(campus, Remembering(), monotonic=lambda: now[0])
    assert access.visible(ADVISOR, EVERYONE, "grade", WHY) == handles(1, 3)
    campus.advisors[student(1)] = "A2"
    reads = campus.reads
    assert access.visible(ADVISOR, EVERYONE, "grade", WHY) == handles(1, 3)
    assert campus.reads == reads
    now[0] = 301.0
    assert access.visible(ADVISOR, EVERYONE, "grade", WHY) == handles(3)


def test_r21_a_failed_read_and_an_answer_grown_old_permit_nobody(campus: Campus) -> None:
    now = [0.0]
    access = door(campus, Remembering(), monotonic=lambda: now[0])
    access.visible(ADVISOR, EVERYONE, "grade", WHY)
    campus.down, now[0] = True, 301.0
    assert access.visible(ADVISOR, EVERYONE, "grade", WHY) == NOBODY
    assert access.visible(TEACHER, EVERYONE, "grade", WHY) == NOBODY
    assert access.visible(SERVICE, EVERYONE, "name", WHY) == NOBODY
    campus.down = False
    assert access.visible(ADVISOR, EVERYONE, "grade", WHY) == handles(1, 3)


def test_r17_an_opt_out_that_cannot_be_told_counts_as_one(campus: Campus) -> None:
    campus.whole = False
    assert door(campus, Remembering()).visible(SERVICE, EVERYONE, "name", WHY) == NOBODY


def test_r25_each_permit_names_what_it_rests_on(campus: Campus) -> None:
    access = door(campus, Remembering())
    bases = {
        reader.id: access.explain(Question(reader=reader, fields=("name",), people=handles(1), purpose=WHY))
        for reader in (ADVISOR, PUPIL, SERVICE)
    }
    found = [answer.of(*handles(1), "name").basis for answer in bases.values()]  # type: ignore[union-attr]
    assert found == [Basis.SCHOOL_OFFICIAL, Basis.STUDENT, Basis.DIRECTORY]


@pytest.mark.parametrize(
    ("who", "action", "people", "may"),
    [
        (ADVISOR, "alerts:open_case", handles(1, 3), True),
        (ADVISOR, "alerts:open_case", handles(1, 2), False),
        (ADVISOR, "alerts:open_case", handles(1, 5), True),
        (ADVISOR, "messages:send_message", handles(5), False),
        (ADVISOR, "grades:post_grade", handles(1), False),
        (REGISTRAR, "roster:enrol", EVERYONE, True),
        (REGISTRAR.model_copy(update={"acting_as": PrincipalId("dean")}), "roster:enrol", EVERYONE, False),
        (TECHNICIAN, "course:create_course", NOBODY, True),
        (TECHNICIAN, "grades:post_grade", NOBODY, False),
        (TEACHER, "grades:post_grade", handles(1, 2), True),
        (TEACHER, "grades:post_grade", handles(1, 5), False),
        (PUPIL, "grades:post_grade", handles(1), False),
    ],
)
def test_r21_r30_an_approver_stands_to_everyone_in_the_plan(
    campus: Campus, who: Principal, action: str, people: frozenset[str], may: bool
) -> None:
    assert door(campus, Remembering()).permits(who, Action.APPROVE, action, "governed change", people) is may  # type: ignore[arg-type]


def test_permits_answers_for_all_of_the_people_or_not_at_all(campus: Campus) -> None:
    access = door(campus, Remembering())
    assert access.permits(ADVISOR, "see", "grade", WHY, handles(1, 3))
    assert not access.permits(ADVISOR, "see", "grade", WHY, handles(1, 2))
    assert not access.permits(ADVISOR, "see", "grade", WHY)
    assert not access.permits(ADVISOR, "destroy", "grade", WHY, handles(1))
    assert access.permits(PUPIL, "export", "ledger", WHY, handles(1))


def test_every_facet_of_the_scrubber_has_its_field(campus: Campus) -> None:
    access = door(campus, Remembering())
    assert access.visible(TEACHER, EVERYONE, "first", WHY) == handles(1, 2, 3, 4)
    assert access.visible(TEACHER, EVERYONE, "id", WHY) == handles(1, 2, 3, 4)
    assert access.visible(TEACHER, EVERYONE, "national_id", WHY) == NOBODY
    assert access.visible(TEACHER, EVERYONE, "text", WHY) == NOBODY


def test_r28_no_field_of_the_kind_never_is_reached_by_anyone(campus: Campus) -> None:
    never = [field for field, kind in FIELDS.items() if kind is Kind.NEVER]
    readers = [ADVISOR, TEACHER, CHAIR, REGISTRAR, DESIGNER, TECHNICIAN, ADMIN, PUPIL, SERVICE, AGENT]
    access = door(campus, Remembering())
    assert all(access.visible(reader, [handle("S001")], field, WHY) == NOBODY for reader in readers for field in never)
