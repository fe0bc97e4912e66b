"""JSON values: fields by name first, everything else by search, keys included (PRIVACY.md 2.4, step 0)."""

import json
import re

import pytest

from domain.errors import DetectionFailed
from domain.ids import RecordHandle
from privacy.scrub.field_names import field_meaning, is_person
from privacy.vocabulary import Facet, Scope, Sink
from tests.privacy.scrub.campus import ADVISOR, ANA, BOB, KIM

NOBODY = Scope()
CANVAS_USER = {
    "id": 88120,
    "name": "Ana Q.",
    "sortable_name": "Q., Ana",
    "sis_user_id": "A00417722",
    "login_id": "unseen-login",
    "email": "aquispe@campus.example",
    "enrollments": [{"course_id": 4711, "type": "StudentEnrollment", "grades": {"current_score": 91.5}}],
    "last_login": "2026-09-03T10:00:00Z",
    "active": True,
    "avatar_url": None,
    "bio": "",
}


def test_every_identifier_of_a_record_becomes_the_code_of_its_person(scrubber, conversation):
    """The names are none on record: they are the person's because the id beside them is."""
    done = scrubber.scrub_value(CANVAS_USER, conversation, NOBODY)
    symbols = re.search(r"STUDENT_(\w{8})", done.value["sis_user_id"]).group(1)
    personal = ("id", "name", "sortable_name", "sis_user_id", "login_id", "email")
    assert all(f"_{symbols}" in str(done.value[field]) for field in personal)
    assert len({done.value[field] for field in personal}) == len(personal)
    assert {field: done.value[field] for field in CANVAS_USER if field not in personal} == {
        field: CANVAS_USER[field] for field in CANVAS_USER if field not in personal
    }
    assert done.people == {ANA}
    assert done.replaced == len(personal)


def test_a_record_goes_and_comes_back_as_text(scrubber, conversation):
    coded = json.dumps(scrubber.scrub_fields(CANVAS_USER, conversation, NOBODY))
    assert not any(word in coded for word in ("88120", "Ana", "A00417722", "unseen", "@"))
    restored = scrubber.restore(coded, conversation, ADVISOR, Sink.SCREEN).text
    assert json.loads(restored) == {**CANVAS_USER, "id": "88120"}


def test_scrubbing_a_coded_value_changes_nothing(scrubber, conversation):
    once = scrubber.scrub_value({"users": [CANVAS_USER], "note": "Ana Quispe called"}, conversation, NOBODY)
    again = scrubber.scrub_value(once.value, conversation, NOBODY)
    assert (again.value, again.replaced) == (once.value, 0)


def test_the_same_name_and_id_of_a_course_are_left_alone(scrubber, conversation):
    course = {
        "id": 4711,
        "name": "Ana Quispe Memorial Seminar",
        "sis_course_id": "MATH101-001-202680",
        "term": "202680",
    }
    done = scrubber.scrub_fields(course, conversation, NOBODY)
    assert done["id"] == 4711
    assert re.fullmatch(r"\[STUDENT_\w{8}] Memorial Seminar", done["name"])
    assert done["sis_course_id"] == "MATH101-001-202680"


def test_a_person_found_in_one_field_counts_by_first_name_in_the_others(scrubber, conversation):
    value = {"note": "Robert was late", "who": "Robert Nguyen"}
    done = scrubber.scrub_value(value, conversation, NOBODY)
    assert re.fullmatch(r"\[STUDENT_\w{8}\.first] was late", done.value["note"])
    assert done.people == {BOB}


def test_the_student_and_the_instructor_of_one_record_stay_apart(scrubber, conversation):
    value = {"student_id": "A00417722", "student_name": "Annie", "instructor_name": "Kim Haddad", "grade": "B+"}
    done = scrubber.scrub_fields(value, conversation, NOBODY)
    student = done["student_id"][9:17]
    assert done["student_name"] == f"[STUDENT_{student}]"
    assert done["instructor_name"].startswith("[INSTRUCTOR_")
    assert done["grade"] == "B+"


def test_two_ids_that_disagree_leave_the_name_unlinked(scrubber, conversation):
    value = {"sis_user_id": "A00417722", "email": "rnguyen@campus.example", "name": "Annie"}
    done = scrubber.scrub_fields(value, conversation, NOBODY)
    assert done["sis_user_id"][9:17] != done["email"][9:17]
    assert done["name"].startswith("[PERSON_")


def test_a_shared_name_is_the_owners_where_an_id_says_who(scrubber, conversation):
    done = scrubber.scrub_fields({"sis_user_id": "A00417725", "name": "Sam Lee"}, conversation, NOBODY)
    assert done["name"] == done["sis_user_id"].replace(".id", "")
    alone = scrubber.scrub_fields({"login_id": "", "name": "Sam Lee"}, conversation, NOBODY)
    assert alone["name"].startswith("[AMBIGUOUS_")


def test_nobody_on_record_is_still_replaced_by_field(scrubber, conversation):
    value = {"first_name": "Zoë", "lastName": "Unlisted", "Date of Birth": "2004-03-14", "phones": ["555-0100"]}
    done = scrubber.scrub_fields({**value, "ssn": "078-05-1120"}, conversation, NOBODY)
    labels = [re.match(r"\[([A-Z_]+)_\w{8}", text).group(1) for text in (*done.values(),) if isinstance(text, str)]
    assert labels == ["PERSON", "PERSON", "BIRTH_DATE", "NATIONAL_ID"]
    assert done["phones"][0].startswith("[PHONE_")


def test_keys_that_are_identifiers_are_replaced_and_stay_apart(scrubber, conversation):
    done = scrubber.scrub_fields({"A00417722": 92, "Ana Quispe": 91, "A00417723": 78, "total": 3}, conversation, NOBODY)
    assert list(done.values()) == [92, 91, 78, 3]
    assert "total" in done
    assert not any(word in str(done) for word in ("Ana", "A0041"))


def test_an_id_given_as_a_number_is_found_by_the_name_of_its_field(scrubber, conversation):
    done = scrubber.scrub_fields({"grader": 88120, "points": 88121, "ratio": 0.25}, conversation, NOBODY)
    assert re.fullmatch(r"\[STUDENT_\w{8}\.id]", done["grader"])
    assert (done["points"], done["ratio"]) == (88121, 0.25)


def test_shapes_are_kept(scrubber, conversation):
    value = {"a": [[], {}, None, True, 1, 2.5, "x"], "b": {"c": {"d": ["plain"]}}}
    assert scrubber.scrub_fields(value, conversation, NOBODY) == value
    assert scrubber.scrub_fields("plain", conversation, NOBODY) == "plain"
    assert scrubber.scrub_fields(None, conversation, NOBODY) is None


def test_a_record_of_ours_is_scrubbed_as_its_json(scrubber, conversation):
    from tests.privacy.scrub.campus import BY_HANDLE

    done = scrubber.scrub_fields(BY_HANDLE[ANA], conversation, NOBODY)
    assert not any(word in json.dumps(done) for word in ("Ana", "Quispe", "A0041", "88120", "@"))


@pytest.mark.parametrize("value", [b"bytes", object(), {"x": {1, 2}}, float("nan")])
def test_what_is_no_json_is_refused(scrubber, conversation, value):
    with pytest.raises(DetectionFailed):
        scrubber.scrub_fields(value, conversation, NOBODY)


def test_what_is_nested_too_deeply_is_refused(scrubber, conversation):
    value: object = "x"
    for _ in range(100):
        value = [value]
    with pytest.raises(DetectionFailed):
        scrubber.scrub_fields(value, conversation, NOBODY)


def test_a_list_of_students_costs_the_vault_one_writing_transaction(vault, finder, access, conversation, monkeypatch):
    from privacy.scrub import ConversationScrubber

    asked: list[int] = []

    def codes(name, subjects):
        asked.append(len(subjects))
        return type(vault).codes(vault, name, subjects)

    monkeypatch.setattr(vault, "codes", codes)
    rows = [{"sis_user_id": f"B{number:08}", "name": f"Name {number}"} for number in range(60)]
    done = ConversationScrubber(vault, finder, access).scrub_fields(rows, conversation, NOBODY)
    assert asked == [120]
    assert len({row["name"] for row in done}) == 60


@pytest.mark.parametrize(
    ("name", "of_person", "facet"),
    [
        ("sortable_name", False, Facet.NAME),
        ("sortableName", False, Facet.NAME),
        ("SIS User ID", False, Facet.ID),
        ("loginId", False, Facet.LOGIN),
        ("advisor_email", False, Facet.EMAIL),
        ("instructor.name", False, Facet.NAME),
        ("name", True, Facet.NAME),
        ("name", False, None),
        ("id", False, None),
        ("course_name", True, None),
        ("integration_id", False, None),
        ("integration_id", True, Facet.ID),
        ("student_count", True, None),
        ("user_agent", True, None),
        ("assignment_id", True, None),
    ],
)
def test_field_names_in_any_spelling(name, of_person, facet):
    meaning = field_meaning(name, of_person=of_person)
    assert (meaning.facet if meaning else None) is facet


def test_a_record_is_a_persons_by_its_fields_or_where_it_stands():
    assert is_person(["id", "name", "email"], "")
    assert is_person(["id", "name"], "students")
    assert is_person(["id", "name"], "primary_instructor")
    assert not is_person(["id", "name", "start_at"], "courses")
    assert not is_person(["id", "name", "address"], "building")


def test_handles_of_records_pass(scrubber, conversation):
    value = {"person_id": RecordHandle("per_7fabcdefghijkl23"), "by": str(KIM)}
    assert scrubber.scrub_fields(value, conversation, NOBODY) == value


def test_a_name_beside_a_code_in_one_field_is_replaced_with_it(scrubber, conversation):
    code = scrubber.scrub("Ana Quispe", conversation, NOBODY).text
    done = scrubber.scrub_fields({"full_name": f"Zoë Unlisted, {code}"}, conversation, NOBODY)
    assert re.fullmatch(r"\[PERSON_\w{8}]", done["full_name"])


def test_keys_that_become_one_are_refused(scrubber, conversation):
    with pytest.raises(DetectionFailed):
        scrubber.scrub_fields({1: "a", "1": "b"}, conversation, NOBODY)
