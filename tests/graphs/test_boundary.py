"""The boundary of an installation on a small campus: who is known, what leaves, and who may have it back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from domain.ids import PrincipalId
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import Trial
from privacy.directory.known import FILE, UNFINISHED
from privacy.vault import new_conversation
from privacy.vocabulary import Scope, Sink
from simulator.banner.tables import Person
from tests.workflows.small_campus import open_site

REGISTRAR = Principal(id=PrincipalId("registrar-1"), kind=PrincipalKind.PERSON, roles=frozenset({Role.REGISTRAR}))
CHAIR = Principal(id=PrincipalId("chair-1"), kind=PrincipalKind.PERSON, roles=frozenset({Role.DEPARTMENT_CHAIR}))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with open_site(tmp_path_factory.mktemp("site")) as trial:
        yield trial


@pytest.fixture
def someone(site: Trial) -> Person:
    """A student with an ordinary name and a login."""
    people = site.campus.banner.persons.values()
    return next(one for one in people if one.login and one.first and not one.confidential and "student" in one.roles)


def test_without_a_directory_no_text_leaves(tmp_path: Path) -> None:
    with open_site(tmp_path) as trial:
        scrubber = trial.provost.boundary.scrubber
        with pytest.raises(ConfigurationError, match="no text may leave"):
            scrubber.scrub("Is everybody well?", new_conversation(), Scope())


def test_s229_everyone_of_both_systems_is_known_and_found(site: Trial, someone: Person) -> None:
    report = site.provost.refresh_directory("registrar-1")
    assert report.complete
    assert report.people >= len(site.campus.banner.persons)
    boundary, conversation = site.provost.boundary, new_conversation()
    text = f"{someone.first} {someone.last} ({someone.banner_id}, {someone.email}, {someone.phone}) asked for a form."
    coded = boundary.scrubber.scrub(text, conversation, Scope())
    for secret in (someone.banner_id, someone.email, someone.last, someone.phone):
        assert secret not in coded.text
    assert coded.text.endswith("asked for a form.")
    assert boundary.check.look([coded.text], Scope(people=coded.people)) == ()

    back = boundary.scrubber.restore(coded.text, conversation, REGISTRAR, Sink.SCREEN)
    assert back.text == text
    held = boundary.scrubber.restore(coded.text, conversation, CHAIR, Sink.SCREEN)
    assert someone.banner_id not in held.text
    assert someone.last not in held.text


def test_s224_the_reading_and_every_look_are_on_record(site: Trial, someone: Person) -> None:
    site.provost.refresh_directory("registrar-1")
    handle = site.provost.identities.handles([someone.banner_id])[someone.banner_id]  # type: ignore[index, list-item]
    entries = "".join(site.provost.ledger.export(person=handle))
    assert "privacy directory" in entries
    assert someone.last not in entries


def test_a_second_refresh_changes_nothing(site: Trial) -> None:
    site.provost.refresh_directory("registrar-1")
    report = site.provost.refresh_directory("registrar-1")
    assert (report.changed, report.removed) == (0, 0)


def test_r17_a_changed_name_is_found_after_the_next_refresh_by_whoever_has_it_open(site: Trial) -> None:
    site.provost.refresh_directory("registrar-1")
    scrubber = site.provost.boundary.scrubber
    text = "Philomena Quackenbush asked for a form."
    person = next(iter(site.campus.banner.persons.values()))
    before = scrubber.scrub(text, new_conversation(), Scope()).people
    person.first, person.last = "Philomena", "Quackenbush"
    assert site.provost.refresh_directory("registrar-1").changed == 1
    after = scrubber.scrub(text, new_conversation(), Scope())
    assert before == frozenset()
    assert "Quackenbush" not in after.text
    assert len(after.people) == 1


def test_a_refresh_that_broke_off_is_made_good_by_the_next(site: Trial, someone: Person) -> None:
    site.provost.refresh_directory("registrar-1")
    folder = site.provost.settings.home / "directory"
    (folder / UNFINISHED).touch()
    (folder / FILE).write_bytes(b"cut off")
    site.provost.refresh_directory("registrar-1")
    assert not (folder / UNFINISHED).exists()
    text = f"{someone.first} {someone.last} is here."
    assert someone.last not in site.provost.boundary.scrubber.scrub(text, new_conversation(), Scope()).text


def test_an_old_directory_lets_nothing_leave(site: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    site.provost.refresh_directory("registrar-1")
    monkeypatch.setattr(site.provost.boundary.directory, "_longest", timedelta(0))
    with pytest.raises(ConfigurationError, match="older than"):
        site.provost.boundary.scrubber.scrub("Is everybody well?", new_conversation(), Scope())


def test_e18_a_forgotten_person_is_found_no_more(site: Trial) -> None:
    site.provost.refresh_directory("registrar-1")
    person = list(site.campus.banner.persons.values())[5]
    handle = site.provost.identities.handles([person.banner_id])[person.banner_id]  # type: ignore[index, list-item]
    site.provost.forget(handle, REGISTRAR, reason="a request under the law")
    assert site.provost.boundary.known.identities([handle]) == {}
    coded = site.provost.boundary.scrubber.scrub(f"{person.banner_id} was here", new_conversation(), Scope())
    assert handle not in coded.people
