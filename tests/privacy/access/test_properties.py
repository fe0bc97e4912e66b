"""S260: in random worlds no random question returns anybody outside the permitted set, worked out here another way."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.access import Action
from domain.ids import RecordHandle
from domain.principals import Principal, Role
from domain.records import RegistrationStatus
from privacy.access import Question
from privacy.access.fields import FIELDS, Kind
from tests.privacy.access.campus import Campus, Remembering, door, handle, handles, principal, student

STUDENTS, TEACHERS, ADVISORS, DEPARTMENTS = range(12), ("T1", "T2"), ("A1", "A2"), ("MATH", "HIST")
OWN = {kind: {field for field, its in FIELDS.items() if its is kind} for kind in Kind}
CLASS_FIELDS = OWN[Kind.IDENTITY] | {"enrolment", "grade", "attendance", "activity", "submission"}
ADVISOR_FIELDS = OWN[Kind.IDENTITY] | OWN[Kind.RECORD] | {"risk", "case", "plan", "note"}


@st.composite
def worlds(draw: st.DrawFn) -> Campus:
    campus = Campus(
        advisors=draw(st.dictionaries(st.sampled_from([student(n) for n in STUDENTS]), st.sampled_from(ADVISORS)))
    )
    for number in range(draw(st.integers(0, 4))):
        members = draw(st.sets(st.sampled_from(STUDENTS)))
        end = draw(st.sampled_from([date(2026, 12, 11), date(2026, 9, 1), date(2026, 5, 1)]))
        teacher, department = draw(st.sampled_from(TEACHERS)), draw(st.sampled_from(DEPARTMENTS))
        key = campus.teach(f"1000{number}", teacher, *members, dept=department, end=end)
        statuses = st.sampled_from(list(RegistrationStatus))
        campus.rosters[key] = {who: draw(statuses) for who in campus.rosters[key]}
    campus.confidential = draw(st.sets(st.sampled_from([student(n) for n in STUDENTS])))
    campus.down, campus.whole = draw(st.booleans()) and draw(st.booleans()), draw(st.booleans())
    return campus


@st.composite
def readers(draw: st.DrawFn) -> Principal:
    role = draw(st.sampled_from(list(Role)))
    person = draw(st.sampled_from(["", *TEACHERS, *ADVISORS, "S001", "S002"]))
    scopes = draw(st.sets(st.sampled_from(["department:MATH", "department:HIST", "name:see", "*:see", "grade:*"])))
    reader = principal(role, person, *scopes)
    return reader.model_copy(update={"acting_as": "dean"}) if draw(st.integers(0, 9)) == 0 else reader


def in_classes(campus: Campus, **wanted: str) -> set[RecordHandle]:
    """Who sits in a class that is not long over, by teacher or department."""
    in_class = {RegistrationStatus.REGISTERED, RegistrationStatus.WITHDRAWN}
    return {
        handle(who)
        for key, (teacher, department, end) in campus.taught.items()
        if end > date(2026, 8, 22) and wanted.items() <= {"teacher": teacher, "dept": department}.items()
        for who, status in campus.rosters[key].items()
        if status in in_class
    }


def permitted(campus: Campus, who: Principal, field: str) -> set[RecordHandle]:
    """The rules of R14 to R30 once more, without the file and without the decider."""
    everyone = set(handles(*STUDENTS))
    own = str(who.person or "").removeprefix("per_").upper()
    found: set[RecordHandle] = set()
    if who.acting_as is not None or FIELDS.get(field) in (None, Kind.NEVER, Kind.DEMOGRAPHIC):
        return found
    if Role.REGISTRAR in who.roles and field not in {"risk", "note"}:
        found |= everyone
    if Role.STUDENT in who.roles and (FIELDS[field] is not Kind.SUPPORT or field == "note"):
        found |= everyone & {who.person}
    if Role.AGENT in who.roles and {f"{field}:see", "*:see", f"{field}:*"} & who.scopes and field in ADVISOR_FIELDS:
        found |= everyone
    return found if campus.down else found | related(campus, who, field, own)


def related(campus: Campus, who: Principal, field: str, own: str) -> set[RecordHandle]:
    """Whom the reader reaches by a relationship that the SIS tells."""
    found: set[RecordHandle] = set()
    if Role.ADVISOR in who.roles and field in ADVISOR_FIELDS and own:
        found |= {handle(each) for each, theirs in campus.advisors.items() if theirs == own}
    if Role.INSTRUCTOR in who.roles and field in CLASS_FIELDS and own:
        found |= in_classes(campus, teacher=own)
    if Role.DEPARTMENT_CHAIR in who.roles and field in {"name", "sis_id", "enrolment", "grade"}:
        for scope in who.scopes:
            found |= in_classes(campus, dept=scope.removeprefix("department:"))
    if Role.SERVICE in who.roles and field in {"name", "email"} and {f"{field}:see", "*:see"} & who.scopes:
        found |= set(handles(*STUDENTS)) - {handle(each) for each in campus.confidential} if campus.whole else set()
    return found


@settings(max_examples=400, deadline=None)
@given(worlds(), readers(), st.sampled_from([*FIELDS, "shoe_size"]), st.sets(st.sampled_from(STUDENTS)))
def test_s260_exactly_the_permitted_are_returned(campus: Campus, who: Principal, field: str, asked: set[int]) -> None:
    people = handles(*asked)
    ledger = Remembering()
    seen = door(campus, ledger).visible(who, people, field, "a purpose")
    assert seen == people & permitted(campus, who, field)
    recorded = [
        (draft.kind == "read", {each.handle for each in draft.subjects})
        for (*drafts,) in ledger.appends
        for draft in drafts
    ]
    assert {each for read, named in recorded if read for each in named} == seen
    assert {each for read, named in recorded if not read for each in named} == people - seen
    assert len(ledger.appends) == bool(people)


@settings(max_examples=150, deadline=None)
@given(worlds(), readers(), readers(), st.sampled_from(list(FIELDS)))
def test_s174_an_agent_never_widens_what_a_person_sees(
    campus: Campus, who: Principal, agent: Principal, field: str
) -> None:
    people = handles(*STUDENTS)
    access = door(campus, Remembering())
    alone = access.explain(Question(reader=who, fields=(field,), people=people, purpose="x"))
    program = agent.model_copy(update={"kind": "agent", "roles": frozenset({Role.AGENT})})
    through = access.explain(Question(reader=who, fields=(field,), people=people, purpose="x", agent=program))
    assert through.permitted[field] <= alone.permitted[field]


@settings(max_examples=100, deadline=None)
@given(worlds(), readers(), st.sampled_from(list(Action)), st.sampled_from(list(FIELDS)))
def test_every_person_gets_exactly_one_answer(campus: Campus, who: Principal, action: Action, field: str) -> None:
    people = handles(*STUDENTS)
    asked = Question(reader=who, fields=(field,), people=people, purpose="x", action=action)
    found = door(campus, Remembering()).explain(asked).decisions[field]
    assert sum(len(group) for _, group in found) == len(people)
    assert frozenset().union(*(group for _, group in found)) == people
