"""Every mangled spelling of a right code is read, no prose is, and no wrong code is put right (PRIVACY.md 6.5)."""

import random

import pytest

from privacy.scrub.spelling import find_all
from privacy.vault.symbols import SYMBOLS, new_symbols
from privacy.vocabulary import Scope, Sink
from tests.privacy.scrub.campus import ADVISOR

CODE = "7QF4TK23"


def wide(text: str) -> str:
    """The full-width spelling."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


MANGLED = {
    "as it is": "[STUDENT_{}]",
    "lower case": "[student_{lower}]",
    "mixed case": "[Student_7Qf4tK23]",
    "no brackets": "STUDENT_{}",
    "no opening bracket": "STUDENT_{}]",
    "no closing bracket": "[STUDENT_{}",
    "spaces inside": "[ STUDENT_{} ]",
    "space for the underscore": "[STUDENT {}]",
    "hyphen for the underscore": "[STUDENT-{}]",
    "hyphen, no brackets": "STUDENT-{}",
    "colon": "[Student: {}]",
    "hash": "[STUDENT#{}]",
    "nothing between": "STUDENT{}",
    "escaped markdown": "\\[STUDENT\\_{}\\]",
    "escaped underscore": "STUDENT\\_{}",
    "decimal entities": "&#91;STUDENT_{}&#93;",
    "hexadecimal entities": "&#x5B;STUDENT&#x5f;{}&#x5D;",
    "named entities": "&lbrack;STUDENT&lowbar;{}&rbrack;",
    "percent escapes": "%5BSTUDENT_{}%5D",
    "JSON escapes": "\\u005bSTUDENT_{}\\u005d",
    "full width": "{wide}",
    "mathematical letters": "[STUDENT_7\U0001d410F4TK23]",
    "zero-width space": "[STUDENT_\u200b{}]",
    "soft hyphen": "[STUDENT_7QF4\u00adTK23]",
    "line break": "[STUDENT_\n{}]",
    "in two halves": "[STUDENT_7QF4-TK23]",
    "in two halves with a space": "[STUDENT_7QF4 TK23]",
    "Spanish label": "[ESTUDIANTE_{}]",
    "accented label": "[ÉTUDIANT_{}]",
    "Chinese label": "[学生_{}]",
    "label of two words": "[the student {}]",
    "label of another kind": "[PERSON_{}]",
    "no label": "[{}]",
    "bare": "{}",
    "bold": "**[STUDENT_{}]**",
    "bold inside": "[**STUDENT_{}**]",
    "emphasis": "_STUDENT_{}_",
    "code": "`[STUDENT_{}]`",
    "possessive": "[STUDENT_{}]'s",
    "possessive inside": "[STUDENT_{}’s]",
    "possessive without brackets": "STUDENT_{}'s",
    "plural": "STUDENT_{}s",
    "quoted": "“STUDENT_{}”",
    "in parentheses": "(STUDENT_{})",
    "angle brackets": "<STUDENT_{}>",
    "double brackets": "[[STUDENT_{}]]",
}
WITH_FACET = [
    "[STUDENT_{}.email]",
    "[student_{lower}.EMAIL]",
    "STUDENT_{}.email",
    "[STUDENT_{} . email]",
    "[STUDENT_{}_email]",
    "[STUDENT\\_{}\\.email]",
]


def spelled(form: str) -> str:
    return form.format(CODE, lower=CODE.lower(), wide=wide(f"[STUDENT_{CODE}]"))


@pytest.mark.parametrize("form", MANGLED.values(), ids=MANGLED)
def test_a_mangled_spelling_of_a_right_code_is_read(form):
    found = list(find_all(f"Please ask {spelled(form)} today."))
    assert [(each.symbols, each.facet) for each in found] == [(CODE, "")]


@pytest.mark.parametrize("form", WITH_FACET)
def test_a_mangled_facet_is_read(form):
    assert [(each.symbols, each.facet) for each in find_all(f"to {spelled(form)}, now")] == [(CODE, "email")]


@pytest.mark.parametrize(
    ("form", "restored"),
    [
        ("({bare})", "(Ana Quispe)"),
        ("{code}'s essay", "Ana Quispe's essay"),
        ("[{bare}'s] essay", "Ana Quispe's essay"),
        ("**{code}**", "**Ana Quispe**"),
        ("{bare}.", "Ana Quispe."),
        ("<{bare}>", "<Ana Quispe>"),
        ("{code}{code}", "Ana QuispeAna Quispe"),
        ("{code}.Then", "Ana Quispe.Then"),
        ("`{code}`", "`Ana Quispe`"),
    ],
)
def test_only_the_brackets_of_the_code_go(scrubber, conversation, form, restored):
    code = scrubber.scrub("Ana Quispe", conversation, Scope()).text
    text = form.format(code=code, bare=code[1:-1])
    assert scrubber.restore(text, conversation, ADVISOR, Sink.SCREEN).text == restored


PROSE = (
    "The student's course [BIOL 2041-03] meets in TWNH 2377; see [student] and [1].",
    "STUDENT services, student_id, STUDENT-ATHLETE, [STUDENT], [STUDENT_], [STUDENT_NAME], STUDENT_12.",
    "Call 2345-6789 or 5553-2347 about order 23456789; CRN 43977, PQRT2345 is a part number.",
    "brrrrrrr pfffffft nth rhythms crwth tsktsk hmmmmmmm psst 24/7 WWW XXX 3rd 4th",
    "RFC 7231, ISO 8601, MP3-MP4 KTM CDF VHF, x = 3*y + 4, f(x)[2:8], a[7] = b[4]",
    "[PERSON] [EMAIL] <PERSON_2> {STUDENT} STUDENT_1 EMAIL_1 PERSON_1 [REDACTED] [NAME WITHHELD]",
    "Students (n=42) at p<0.05: 7 of 9 finished; the 8th and 9th were late.",
    "https://campus.example/courses/43977/users?page=2 and ![chart](chart_2345.png)",
)


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_restored_unchanged(scrubber, conversation, text):
    scrubber.scrub("Ana Quispe and Robert Nguyen", conversation, Scope())
    done = scrubber.restore(text, conversation, ADVISOR, Sink.SCREEN)
    assert (done.text, done.people) == (text, frozenset())


def test_a_code_with_an_unknown_facet_is_nobodys_and_stays(scrubber, conversation):
    code = scrubber.scrub("Ana Quispe", conversation, Scope()).text
    for text in (f"{code[:-1]}.correo]", f"{code[:-1]}.email]"):
        done = scrubber.restore(text, conversation, ADVISOR, Sink.SCREEN)
        assert done.text == text
        assert done.people == frozenset()


def test_a_hundred_thousand_wrong_codes_are_never_restored_as_anyone(vault, conversation):
    """PRIVACY.md 6.5, through the vault: corrupted and invented codes, one conversation of 300 people."""
    from domain.ids import RecordHandle
    from privacy.vault import Subject
    from privacy.vocabulary import Facet, Label

    people = [RecordHandle(f"per_{number:04}") for number in range(300)]
    subjects = [Subject(Label.STUDENT, (each,), Facet.NAME, f"Name {each}") for each in people]
    codes = [code.symbols for code in vault.codes(conversation, subjects)]
    chance, wrong = random.Random(7), set[str]()
    while len(wrong) < 100_000:
        wrong.add(_wrong(chance.choice(codes), chance))
        wrong.difference_update(codes)
    every = sorted(wrong)
    text = " ".join(f"STUDENT_{symbols}" for symbols in every) + "".join(f"[STUDENT_{each}]" for each in every[::20])
    read = {found.symbols for found in find_all(text)}
    assert len(read) > 10_000, "invented codes whose checks hold are read, and looked up exactly"
    assert vault.entries(conversation, read) == {}


def _wrong(right: str, chance: random.Random) -> str:
    if chance.random() < 0.3:
        return "".join(chance.choices(SYMBOLS, k=8)) if chance.random() < 0.5 else new_symbols()
    text = list(right)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(8)
        if chance.random() < 0.5:
            text[place] = chance.choice(SYMBOLS + "AEIOUBGSZL01")
        else:
            text[place], text[(place + 1) % 8] = text[(place + 1) % 8], text[place]
    return "".join(text)
