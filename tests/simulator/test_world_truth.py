"""The faithful twin is what Banner asks for, and the key is what differs from it, each with a cause."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from simulator.banner.tables import Section
from simulator.campus import Campus
from simulator.world.rehearsal import former_ids
from simulator.world.snapshot import take_snapshot
from tests.simulator.campus_builds import default_campus, default_key

SIS_TYPES = {"StudentEnrollment", "TeacherEnrollment", "TaEnrollment"}
Wanted = dict[tuple[str, str], set[tuple[str, str]]]


def in_canvas(campus: Campus, section: Section) -> bool:
    """Whether a section should be in Canvas, by the brief and not by the feed's code."""
    today = campus.world.calendar.local_day(campus.world.as_of)
    published = campus.world.calendar.terms[section.key.term].schedule_published_on <= today
    return section.platform == "CANVAS" and published


def wanted_students(campus: Campus) -> Wanted:
    """Role and state of every student that should be in Canvas, straight from Banner's rows."""
    wanted: Wanted = {}
    for row in campus.banner.registrations.values():
        section = row.section
        if section.has_labs or section.status == "cancelled" or not in_canvas(campus, section):
            continue
        if row.person.login is None or row.status.reason not in ("registered", "withdrawn"):
            continue
        role = "Auditor" if row.audit else "StudentEnrollment"
        state = "active" if row.status.registered else "inactive"
        key = ("-".join(section.key), row.person.banner_id)
        wanted.setdefault(key, set()).add((role, state))
    return wanted


def wanted_staff(campus: Campus) -> Wanted:
    wanted: Wanted = {}
    for row in campus.banner.assignments.values():
        section = campus.banner.sections[row.section]
        if row.ended_on or section.status == "cancelled" or not in_canvas(campus, section):
            continue
        places = [row.section, *(campus.banner.labs[row.section] if row.role == "primary" else ())]
        role = "TaEnrollment" if row.role == "teachingAssistant" else "TeacherEnrollment"
        for place in places:
            wanted.setdefault(("-".join(place), row.person.banner_id), set()).add((role, "active"))
    return wanted


@pytest.mark.parametrize(("students", "seed"), [(2_000, 7), (300, 1), (300, 2), (25, 3), (5, 4)])
def test_twin_is_what_banner_asks_for(students: int, seed: int) -> None:
    campus = default_campus() if students == 2_000 else Campus.build(students=students, seed=seed)
    twin = take_snapshot(campus.truth._rehearsed.twin, former_ids(campus.banner))
    found: Wanted = {}
    by_hand = {key for action in campus.truth._rehearsed.benign_actions for key in action.keys}
    for (section, person), standings in twin.enrollments.items():
        if ("enrollment", section, person) in by_hand or section.startswith("name:"):
            continue
        for type_, role, state in standings:
            if type_ in SIS_TYPES:
                found.setdefault((section, person), set()).add((role, state))
    wanted = wanted_students(campus)
    for key, standings in wanted_staff(campus).items():
        wanted.setdefault(key, set()).update(standings)
    assert found == wanted


def test_r39_cross_listed_sections_share_the_course_of_the_primary() -> None:
    campus = default_campus()
    twin = take_snapshot(campus.truth._rehearsed.twin, {})
    for group in campus.banner.crosslists.values():
        keys = ["-".join(key) for key in group.sections]
        if keys[0] in twin.sections:
            assert len({twin.sections[key].course for key in keys}) == 1
            assert all(twin.sections[key].home for key in keys[1:])


def test_every_difference_has_a_cause() -> None:
    assert not [item for item in default_key()["real"] if item["fault"] == "unexplained"]


@pytest.mark.parametrize("seed", range(3))
def test_every_difference_has_a_cause_on_other_campuses(seed: int) -> None:
    key = Campus.build(students=400, seed=100 + seed).answer_key()
    assert not [item for item in key["real"] if item["fault"] == "unexplained"]


def test_real_share_is_that_of_a_campus() -> None:
    active = sum(row.workflow_state == "active" for row in default_campus().canvas.enrollments.values())
    assert 0.02 <= len(default_key()["real"]) / active <= 0.04


def test_benign_differences_outnumber_real_ones() -> None:
    key = default_key()
    assert len(key["benign"]) >= len(key["real"])


def test_no_benign_difference_is_a_real_one() -> None:
    key = default_key()
    names = ("term", "crn", "bannerId")
    real = {tuple(item["keys"].get(name) for name in names) for item in key["real"] if "crn" in item["keys"]}
    benign = {tuple(item["keys"].get(name) for name in names) for item in key["benign"] if "crn" in item["keys"]}
    assert not real & benign


REAL = {
    ("enrollment", "lost", "registered"),
    ("enrollment", "lost", "dropped"),
    ("enrollment", "lost", "withdrawn"),
    ("enrollment", "lost", "swapped"),
    ("enrollment", "lost", "audit_chosen"),
    ("enrollment", "lost", "section_cancelled"),
    ("enrollment", "lost", "instructor_assigned"),
    ("enrollment", "lost", "instructor_replaced"),
    ("enrollment", "reordered", "dropped"),
    ("enrollment", "wrong section", "registered"),
    ("enrollment", "wrong role", "registered"),
    ("enrollment", "by hand", "add student"),
    ("enrollment", "by hand", "add from waiting list"),
    ("enrollment", "by hand", "remove student"),
    ("enrollment", "by hand", "deactivate student"),
    ("enrollment", "by hand", "make teacher"),
    ("section", "lost", "section_opened"),
    ("section", "lost", "crosslisted"),
    ("section", "by hand", "move section"),
    ("course", "by hand", "conclude course"),
    ("course", "by hand", "edit course dates"),
    ("user", "by hand", "legacy name batch"),
    ("user", "by hand", "add by e-mail"),
    ("user", "lost", "family_name_changed"),
    ("user", "lost", "id_reissued"),
    ("user", "no login issued", "registered"),
}


def happened(item: dict[str, object]) -> str:
    operation = item["operation"]
    assert isinstance(operation, dict)
    return str(operation.get("what") or operation.get("kind"))


@pytest.mark.parametrize("kind", sorted(REAL))
def test_misfortune_occurs(kind: tuple[str, str, str]) -> None:
    counts = Counter((item["object"], item["fault"], happened(item)) for item in default_key()["real"])
    assert counts[kind] > 0


def test_late_messages_are_still_queued() -> None:
    late = [item for item in default_key()["real"] if item["fault"] == "late"]
    assert late
    as_of = default_campus().world.as_of
    assert all(str(item["operation"]["at"]) >= (as_of - timedelta(days=3)).isoformat() for item in late)


@pytest.mark.parametrize(
    "reason",
    [
        "manual TA",
        "observer",
        "own name",
        "sandbox course",
        "closing time by minutes",
        "account without SIS id, StudentEnrollment",
        "account without SIS id, DesignerEnrollment",
        "preferred name shown",
        "left over from a closed term",
        "lives in another LMS",
        "late add",
        "withdrawn and inactive",
        "auditor",
        "override",
        "financial hold",
        "primary instructor in a linked lab",
        "cancelled and emptied",
        "login in mixed case",
        "schedule not published",
        "waiting list, not enrolled",
    ],
)
def test_benign_difference_occurs(reason: str) -> None:
    assert any(item["reason"] == reason for item in default_key()["benign"])


def test_swap_is_one_item_that_names_both_sections() -> None:
    swaps = [item for item in default_key()["real"] if (item["fault"], happened(item)) == ("lost", "swapped")]
    assert all(item["keys"]["fromCrn"] != item["keys"]["crn"] for item in swaps)


def test_missing_section_absorbs_its_enrolments() -> None:
    key = default_key()["real"]
    missing = {item["keys"]["sisSectionId"] for item in key if item["object"] == "section" and item["after"] is None}
    assert missing
    inside = [item for item in key if item["object"] == "enrollment" and item["keys"]["sisSectionId"] in missing]
    assert not inside


def test_wrong_sis_id_absorbs_the_enrolments_of_the_person() -> None:
    key = default_key()["real"]
    wrong = [item for item in key if item["object"] == "user" and "priorBannerId" in item["keys"]]
    assert wrong
    people = {item["keys"]["bannerId"] for item in wrong}
    assert not [item for item in key if item["object"] == "enrollment" and item["keys"].get("bannerId") in people]


def test_nothing_is_on_the_effects_log_before_the_run() -> None:
    assert default_campus().canvas.writes == []


def test_r34_an_account_that_only_settled_classes_need_is_no_longer_missed() -> None:
    """A campus after all grades were due, on which somebody deleted a student's account by hand."""
    campus = Campus.build(students=132, seed=5013, term="202710", as_of=datetime(2027, 5, 11, 15, tzinfo=UTC))
    (account,) = [user for user in campus.canvas.users.values() if user.workflow_state == "deleted"]
    assert account.created_by == "sis"
    assert [item.keys for item in campus.truth.real_items() if item.kind == "user" and item.after is None] == []
