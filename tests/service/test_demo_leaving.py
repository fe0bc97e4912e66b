"""The last step of the demonstration: what leaves of a sentence, and who sees the person again (S229, S230)."""

import time

import pytest

from domain.ids import TermCode
from graphs.assembly import assemble
from graphs.settings import load_settings
from privacy.scrub.restoring import WITHHELD
from service.demo.leaving import show_leaving, students_named, word_leaving
from service.demo.run import add_people, reconcile_campus
from tests.service.conftest import Install

pytestmark = pytest.mark.xdist_group("service demo leaving")


def test_a_sentence_leaves_in_codes_and_is_restored_for_the_registrar_only(
    install: Install, shipped_policy: str
) -> None:
    installation = install(shipped_policy)
    with assemble(load_settings(file=installation.settings_file)) as provost:
        demo = reconcile_campus(provost, TermCode(installation.term), lambda _: None)
        people = add_people(provost, installation.folder)
        began = time.monotonic()
        shown = show_leaving(provost, demo, people)
        everyone = [word_leaving(provost, *student, people) for student in students_named(provost, demo)]
    assert shown is not None
    assert 0 < shown.seconds <= time.monotonic() - began
    assert shown.people > 80
    assert len(everyone) > 20
    for each in everyone:
        assert each.registrar == each.written
        assert each.leaves.count("[STUDENT_") == each.advisor.count(WITHHELD) == 4, each
        assert not any(word in each.leaves + each.advisor for word in ("A9", "A0", "@"))
