"""All differences about people of one run, each person once per kind."""

from collections.abc import Iterator, Mapping, Sequence

from agents.roster.campus import Campus
from agents.roster.cases import Case, handles_of
from agents.roster.comparing import Sides
from agents.roster.detected import Difference
from agents.roster.person_checks import find_changed_ids, find_doubled_ids, find_names, find_second_accounts
from agents.roster.person_differences import (
    CLAIMED_LOGIN,
    DOUBLED_ID,
    SECOND_ACCOUNT,
    changed_id,
    held_id,
    missing_account,
    missing_login,
    second_account,
    wrong_name,
)
from agents.roster.trust import Trust
from domain.findings import DiscrepancyType
from domain.ids import RecordHandle
from domain.ports import IdentityResolver
from domain.rules.identity import usable_email

Waiting = Mapping[str, Sequence[Case]]
"""Cases that wait for a person's account, by staged person key."""


def people_differences(sides: Sides, waiting: Waiting, trust: Trust, resolver: IdentityResolver) -> list[Difference]:
    """Return what is wrong with people: login, account, id, second account, name (R1, R3 to R7, R14 to R16, S63)."""
    second = find_second_accounts(sides.campus)
    names = list(find_names(sides.campus))
    doubled = find_doubled_ids(sides.campus)
    changed = find_changed_ids(sides.people) if trust.proves_absence("users") else []
    keys = [*waiting, *second, *doubled, *changed, *(found.person for found in names)]
    handles = handles_of(sides, keys, resolver)
    claimed = [key for key, cases in waiting.items() if _kind(cases) is DiscrepancyType.DUPLICATE_ACCOUNT]
    campus = sides.campus
    return [
        *_waiting(sides, waiting, handles, resolver),
        *(second_account(campus, handles[key], SECOND_ACCOUNT) for key in second if key not in claimed),
        *(second_account(campus, handles[key], CLAIMED_LOGIN) for key in claimed),
        *(second_account(campus, handles[key], DOUBLED_ID) for key in doubled),
        *(changed_id(campus, handles[key], _sealed_ids(sides, key, resolver)) for key in changed),
        *(wrong_name(campus, handles[each.person], each, campus.people[each.person], resolver.seal) for each in names),
    ]


def _kind(cases: Sequence[Case]) -> DiscrepancyType | None:
    return cases[0].verdict.type


def _waiting(
    sides: Sides, waiting: Waiting, handles: Mapping[str, RecordHandle], resolver: IdentityResolver
) -> Iterator[Difference]:
    for key, cases in waiting.items():
        if _kind(cases) is DiscrepancyType.MISSING_LOGIN:
            yield missing_login(sides.campus, handles[key], cases)
        elif _kind(cases) is DiscrepancyType.MISSING_ACCOUNT:
            sealed = resolver.seal(sides.campus.sis_id(key))
            taken = _has_taken_email(sides.campus, key)
            yield missing_account(sides.campus, handles[key], sealed, cases, without_email=taken)
        elif _kind(cases) is DiscrepancyType.SIS_ID_HELD:
            yield held_id(sides.campus, handles[key], resolver.seal(sides.campus.sis_id(key)), cases)


def _has_taken_email(campus: Campus, key: str) -> bool:
    """Tell whether another account has the e-mail address of a person who has no account yet (R6)."""
    person = campus.people.get(key)
    return bool(person and person.email) and usable_email(campus.people[key], campus.taken_emails) is None


def _sealed_ids(sides: Sides, key: str, resolver: IdentityResolver) -> tuple[str, str]:
    """Return digests of the id the account has and of the one it should have."""
    earlier = sides.campus.accounts[key][0].sis_id or ""
    return resolver.seal(earlier), resolver.seal(sides.campus.sis_id(key))
