"""The judge of the leak suite sees through every spelling, and does not cry wolf over a code or a common word."""

import pytest

from evals.leaks.cases import read_cases, read_people
from evals.leaks.judging import lost_words, tell_secrets


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("ask Robert today", "Robert"),
        ("ask ROBERT", "Robert"),
        ("ask Ro\u200bbert", "Robert"),
        ("Siobha\u0301n is here", "Siobhán"),
        ("Siobh&aacute;n is here", "Siobhán"),
        ("q=Robert%20Nguyen", "Robert"),
        ("Rob<b>ert</b> wrote", "Robert"),
        ("Mar\\u00eda", "María"),
        ("payload Um9iZXJ0IE5ndXllbiBBMDA0MTIzNzc=", "Nguyen"),
        ("NguyenRobert_essay.pdf", "Nguyen"),
        ("ID A-0041-2377", "A00412377"),
        ("call 555 555 0142", "555-555-0142"),
        ("学生张伟没有交作业", "张伟"),
        ("Ｒｏｂｅｒｔ", "Robert"),
    ],
)
def test_s229_a_secret_is_seen_in_every_spelling(text: str, secret: str) -> None:
    assert tell_secrets(text, [secret]) == [secret]
    assert tell_secrets("nothing to see in [STUDENT_7QF4ZK92.first]", [secret]) == []


@pytest.mark.parametrize(("text", "secret"), [("the weight is low", "Wei"), ("I maintain it", "May")])
def test_a_short_name_counts_as_a_whole_word_only(text: str, secret: str) -> None:
    assert tell_secrets(text, [secret]) == []


def test_what_was_to_stay_is_missed_when_it_is_gone() -> None:
    assert lost_words("[STUDENT_7QF4ZK92] passed BIO 201", ["bio 201", "passed", "quiz"]) == ["quiz"]


def test_the_cases_tell_their_own_secrets() -> None:
    cases = read_cases()
    assert len(cases) >= 150
    assert len({case.id for case in cases}) == len(cases)
    silent = [case.id for case in cases if case.secrets and not tell_secrets(case.text, case.secrets)]
    assert silent == []


def test_every_scope_names_people_of_the_cases() -> None:
    known = {person.handle for person in read_people()}
    assert all(case.scope_of_task().people <= known for case in read_cases())
