"""``provost chat``: one question or several, with steps and sources, and the asker's own conversations only."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from simulator.campus import Campus
from tests.service.conftest import Installation

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service learning")]
AS_OF = datetime(2026, 10, 7, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, shipped_policy: str) -> Iterator[Installation]:
    with Campus.build(students=40, seed=7, learning="planted", as_of=AS_OF) as campus:
        yield Installation(campus, tmp_path_factory.mktemp("chat"), shipped_policy)


def test_an_advisor_asks_is_answered_and_has_the_conversation_to_themselves(installation: Installation) -> None:
    advising = min(installation.campus.banner.advising.values(), key=lambda one: one.student.banner_id)
    student = advising.student
    token = installation.person("adv", "advisor", "--person", advising.advisor.banner_id)
    asked = f"What are the grades of {student.first} {student.last}?"
    before = installation.run("chat", asked, "--token-file", token)
    assert (before.code, "provost directory refresh" in before.err) == (1, True)

    keeper = installation.person("keeper", "registrar")
    assert installation.run("directory", "refresh", "--token-file", keeper).code == 0
    done = installation.run("chat", asked, "--token-file", token)
    assert done.code == 0, done.err
    assert f"{student.first} {student.last}" in done.out
    assert "official: " in done.out
    assert re.search(r"\(1\) Banner: grade roster of .*, read 2026-10-07", done.out)
    assert "[scrub] question" in done.err
    assert "[specialist] grade_passback: find_grades" in done.err
    talk = re.search(r"Conversation (cnv_\w+)", done.out)
    assert talk

    listed = installation.run("chat", "--list", "--token-file", token)
    assert talk[1] in listed.out
    shown = installation.run("chat", "--show", "--conversation", talk[1], "--token-file", token)
    assert f"{student.first} {student.last}" in shown.out
    refused = installation.run("chat", "--show", "--conversation", talk[1], "--token-file", keeper)
    assert (refused.code, "PV351" in refused.err, student.last in refused.out) == (1, True, False)
    assert installation.run("chat", "--forget", "--conversation", talk[1], "--token-file", token).code == 0
    assert installation.run("chat", "--show", "--conversation", talk[1], "--token-file", token).code == 1
    assert installation.run("ledger", "verify").code == 0


def test_it_needs_a_token_and_a_conversation_to_show(installation: Installation) -> None:
    nobody = installation.run("chat", "Who is at risk?")
    assert (nobody.code, "PV4" in nobody.err) == (1, True)
    assert installation.run("chat", "--show").code == 2
