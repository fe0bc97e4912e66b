"""The user-attribute comparator: names, changed ids and second accounts, found by look-up (S246)."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from agents.roster.campus import Campus
from domain.lms import LmsUser
from domain.records import Person
from domain.rules.facts import PersonStanding
from domain.rules.identity import is_duplicate, owned_keys
from domain.rules.names import NameField, is_outdated, name_fields_to_correct, shown_name, sortable_name


class NameCase(NamedTuple):
    """An account whose name fields should be written anew; ``outdated`` where it did not follow a change of name."""

    person: str
    account: LmsUser
    fields: tuple[NameField, ...]
    outdated: bool


def find_second_accounts(campus: Campus) -> dict[str, LmsUser]:
    """Return accounts without an SIS id under a login that can only be one person's, by staged person key (R1)."""
    owners = _owners(campus, frozenset(campus.claimed_logins))
    return {owners[login]: user for login, user in campus.claimed_logins.items() if login in owners}


def _owners(campus: Campus, logins: frozenset[str]) -> dict[str, str]:
    """Return which person owns each of the logins; one that two people own identifies nobody."""
    owners: dict[str, str] = {}
    shared: set[str] = set()
    for key, person in campus.people.items():
        for login in owned_keys(person) & logins:
            if owners.setdefault(login, key) != key:
                shared.add(login)
    return {login: key for login, key in owners.items() if login not in shared}


def find_doubled_ids(campus: Campus) -> list[str]:
    """Return people with accounts under a present and an earlier id at once, by staged person key (R1, R3)."""
    return [key for key, accounts in campus.accounts.items() if key in campus.people and is_duplicate(accounts)]


def find_changed_ids(standings: Mapping[str, PersonStanding]) -> list[str]:
    """Return people whose only account still has an earlier id, by staged person key (R3)."""
    return [key for key, standing in standings.items() if standing is PersonStanding.SIS_ID_CHANGED]


def find_names(campus: Campus) -> Iterator[NameCase]:
    """Find accounts whose name is written in the wrong form, or did not follow a change (R14, R15, R16)."""
    for key, accounts in campus.accounts.items():
        person = campus.people.get(key)
        if person is None or len(accounts) != 1:
            continue
        if is_outdated(person, accounts[0]):
            yield NameCase(key, accounts[0], _differing(person, accounts[0]), outdated=True)
        elif fields := name_fields_to_correct(person, accounts[0]):
            yield NameCase(key, accounts[0], fields, outdated=False)


def _differing(person: Person, account: LmsUser) -> tuple[NameField, ...]:
    wanted: dict[NameField, tuple[str, str]] = {
        "name": (account.name, shown_name(person)),
        "sortable_name": (account.sortable_name, sortable_name(person)),
    }
    return tuple(field for field, (found, expected) in wanted.items() if found != expected)
