"""Names are taken apart into the tokens that people write them with (R14 to R16)."""

import pytest

from domain.identities import KnownName
from privacy.directory.folding import fold
from privacy.directory.names import name_forms


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Nguyễn", "Nguyen"),
        ("Łukasz Ørsted", "Lukasz Orsted"),
        ("𝐑𝐨𝐛𝐞𝐫𝐭", "Robert"),
        ("Ｎｇ", "Ng"),
        ("R\u200bo\u00adb\u202eert", "Robert"),
        ("Rоbеrt", "Robert"),
        ("O’Brien", "O'Brien"),
        ("٣٤٥", "345"),
        ("김철수", "김철수"),
    ],
)
def test_one_spelling_for_many(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("name", "pairs"),
    [
        (KnownName(first="Seán", last="O'Brien"), {("obrien", "sean"), ("brien", "sean")}),
        (KnownName(first="Jürgen", last="Müller"), {("muller", "jurgen"), ("mueller", "juergen")}),
        (KnownName(first="Maria", last="de la Cruz"), {("cruz", "maria"), ("delacruz", "maria")}),
        (KnownName(first="Ana", last="García López"), {("garcia", "ana"), ("lopez", "ana"), ("lopez", "garcia")}),
        (KnownName(first="Jean-Luc", last="Roy"), {("roy", "jean"), ("roy", "luc"), ("roy", "jeanluc")}),
        (KnownName(first="Robert", middle="Lee", last="Ng"), {("ng", "robert"), ("ng", "lee")}),
        (KnownName(full="Ng, Robert"), {("ng", "robert")}),
        (KnownName(full="Sukarno"), {("sukarno", "")}),
        (KnownName(first="Aisha", last="Rashid", full="عائشة الراشد"), {("rashid", "aisha"), ("الراشد", "عايشه")}),
    ],
)
def test_a_name_is_found_by_any_of_its_pairs(name, pairs):
    assert pairs <= set(name_forms(name).pairs)


def test_a_script_without_spaces_is_kept_whole_in_both_orders():
    forms = name_forms(KnownName(first="小明", last="王"))
    assert forms.unspaced == ("王小明", "小明王")
    assert not forms.pairs


def test_a_name_written_whole_in_another_script_is_kept_beside_its_parts():
    forms = name_forms(KnownName(first="Wei", last="Zhang", full="张伟"))
    assert forms.unspaced == ("张伟",)
    assert ("zhang", "wei") in forms.pairs


def test_particles_alone_are_no_name_tokens():
    forms = name_forms(KnownName(first="Diederik", last="van der Berg"))
    assert "van" not in forms.last
    assert "der" not in forms.last


def test_particles_before_an_initial_are_no_given_name():
    forms = name_forms(KnownName(first="Ash", last="de la Cruz", full="A. de la Cruz"))
    assert ("cruz", "ash") in forms.pairs
    assert not {given for _, given in forms.pairs} & {"a", "de", "la"}


def test_an_undivided_name_keeps_its_particles_with_the_family():
    assert ("delacruz", "ana") in name_forms(KnownName(full="Ana de la Cruz")).pairs


def test_a_particle_that_is_the_whole_last_name_counts():
    assert ("do", "thanh") in name_forms(KnownName(first="Thanh", last="Đỗ")).pairs
