"""The reading that the privacy directory is built from: all that identifies a person, from either source (S13)."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from domain.identities import Identity, NameUse, PersonKind
from domain.ports import IdentitySource
from simulator.banner.tables import Person as BannerPerson
from simulator.world.addresses import address_of, guardians_of
from simulator.world.people import STUDENT
from tests.contract.sis.campus import SisCampus
from tools.sis.oneroster.read import OneRosterReader

ONLY_IN_BANNER = {"born_on", "addresses", "national_ids"}


@pytest.fixture(params=["1.1", "1.2"])
def files(request: pytest.FixtureRequest, campus: SisCampus, bundles: Path) -> OneRosterReader:
    return OneRosterReader(bundles / f"oneroster-{request.param}", campus.institution, clock=campus)


def by_id(source: IdentitySource) -> dict[str, Identity]:
    fetch = source.read_identities()
    assert fetch.complete
    return {identity.sis_id: identity for identity in fetch.rows}


def names_of(person: BannerPerson) -> set[tuple[str, str, str, NameUse]]:
    names = {(person.first, person.middle, person.last, NameUse.LEGAL)}
    if person.preferred:
        names.add((person.preferred, "", person.last, NameUse.PREFERRED))
    if person.former_last:
        names.add((person.first, person.middle, person.former_last, NameUse.FORMER))
    return names


def shown_names(identity: Identity) -> set[tuple[str, str, str, NameUse]]:
    return {(name.first, name.middle, name.last, name.use) for name in identity.names}


def test_s229_banner_gives_every_identifier_of_everyone(campus: SisCampus) -> None:
    found = by_id(campus.banner())
    people = campus.campus.banner.persons.values()
    assert found.keys() == {person.banner_id for person in people}
    for person in people:
        identity = found[person.banner_id]
        assert shown_names(identity) == names_of(person)
        assert identity.logins == ((person.login,) if person.login else ())
        assert (identity.emails, identity.phones) == ((person.email,), (person.phone,))
        assert identity.born_on == person.born_on
        assert identity.prior_sis_ids == tuple(prior for prior, _ in person.prior_ids)
        assert identity.confidential is person.confidential
        assert address_of(person).line in identity.addresses[0]
        assert (identity.kind is PersonKind.STUDENT) is (STUDENT in person.roles)


def test_r3_a_former_id_still_identifies(campus: SisCampus) -> None:
    assert any(identity.prior_sis_ids for identity in by_id(campus.banner()).values())


def comparable(identities: Iterable[Identity]) -> dict[str, dict[str, object]]:
    found = {}
    for identity in identities:
        row = identity.model_dump(exclude=ONLY_IN_BANNER)
        row["names"] = sorted(shown_names(identity))
        found[str(identity.sis_id)] = row
    return found


def test_s13_both_sources_name_the_same_people(campus: SisCampus, files: OneRosterReader) -> None:
    by_files = by_id(files).values()
    theirs = [identity for identity in by_files if identity.kind is not PersonKind.GUARDIAN]
    assert comparable(theirs) == comparable(by_id(campus.banner()).values())


def test_guardians_are_known_and_tied_to_their_student(campus: SisCampus, files: OneRosterReader) -> None:
    found = {i.sis_id: i for i in by_id(files).values() if i.kind is PersonKind.GUARDIAN}
    students = [person for person in campus.campus.banner.persons.values() if STUDENT in person.roles]
    expected = {guardian.guid: person for person in students for guardian in guardians_of(person)}
    assert found.keys() == expected.keys()
    assert all(found[guid].related_to == person.banner_id for guid, person in expected.items())
    assert all(identity.emails and identity.phones for identity in found.values())


def test_s220_guardians_stay_out_of_the_roster(campus: SisCampus, files: OneRosterReader) -> None:
    assert not {i.sis_id for i in by_id(files).values() if i.kind is PersonKind.GUARDIAN} & {
        person.sis_id for person in files.read_people().rows
    }
