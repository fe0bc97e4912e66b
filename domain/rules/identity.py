"""Who is who: which LMS account belongs to which person, and when two accounts are one person too many.

Rules R1 to R10, R12 and R13. A name never identifies anybody.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.ids import SisPersonId
from domain.institution import Institution
from domain.lms import LmsLogin, LmsUser
from domain.records import Person


class MergeRequirements(NamedTuple):
    """What must be true before two accounts may be merged; afterwards it can hardly be undone (R2)."""

    approvers: int
    snapshots: tuple[str, ...]
    undo_within_days: int


class AccountStep(StrEnum):
    """What becomes of an account when its person leaves or returns; nothing here deletes one (R9, R10)."""

    KEEP = "keep"
    SUSPEND = "suspend"
    REACTIVATE = "reactivate"


BY_SIS_ID, BY_EARLIER_ID, BY_LOGIN = 1, 2, 3
"""The ways in which an account belongs to a person, the strongest first (R1)."""
MERGE = MergeRequirements(approvers=2, snapshots=("enrolments", "logins"), undo_within_days=180)


def login_key(text: str | None) -> str:
    """Return a login or e-mail in the form in which two of them are compared; case never tells people apart."""
    return (text or "").strip().casefold()


def owned_keys(person: Person) -> frozenset[str]:
    """Return the logins that can only be this person's: login, e-mail and earlier ids (R1)."""
    texts = (person.login, person.email, *person.prior_sis_ids)
    return frozenset(login_key(text) for text in texts) - {""}


def match_accounts(person: Person, accounts: Iterable[LmsUser]) -> tuple[LmsUser, ...]:
    """Return the person's accounts, the strongest match first: SIS id, earlier id, login; never the name (R1)."""
    ranked = ((match_rank(person, account), account) for account in accounts)
    found = sorted(((rank, account) for rank, account in ranked if rank), key=lambda pair: (pair[0], pair[1].id))
    return tuple(account for _, account in found)


def match_rank(person: Person, account: LmsUser) -> int:
    """Say how an account belongs to a person: 1 by SIS id, 2 by an earlier id, 3 by login, 0 not at all (R1, R13).

    An account that carries another person's SIS id is theirs, even under a login that looks like this person's.
    """
    if account.sis_id == person.sis_id:
        return BY_SIS_ID
    if account.sis_id is not None:
        return BY_EARLIER_ID if account.sis_id in person.prior_sis_ids else 0
    return BY_LOGIN if login_key(account.login) in owned_keys(person) else 0


def carries_earlier_id(person: Person, account: LmsUser) -> bool:
    """Tell whether the account still has an id the person had before (R3)."""
    return match_rank(person, account) == BY_EARLIER_ID


def is_duplicate(matches: Sequence[LmsUser]) -> bool:
    """Tell whether one person has several accounts, of which a person must choose one (R1, R13)."""
    return len(matches) > 1


def login_claimant(person: Person, accounts: Iterable[LmsUser]) -> LmsUser | None:
    """Return the account of somebody else that holds this person's login, which blocks a new account (R5)."""
    wanted = login_key(person.login)
    holders = (account for account in accounts if wanted and login_key(account.login) == wanted)
    return next((account for account in holders if account.sis_id != person.sis_id), None)


def id_holder(person: Person, accounts: Iterable[LmsUser]) -> LmsUser | None:
    """Return the deleted account that still has the person's SIS id, to be restored; no new id is made up (R4)."""
    return next((account for account in accounts if account.deleted and account.sis_id == person.sis_id), None)


def is_missing_from_source(account: LmsUser, known: Collection[SisPersonId], *, complete: bool) -> bool:
    """Tell whether the person of an account has left the SIS, as a whole read of it shows (R9, R70).

    Only an account that the SIS feed made can be missed there; guests and services never were in it.
    """
    ours = account.sis_id is not None and account.sis_import_id is not None and not account.deleted
    return complete and ours and account.sis_id not in known


def account_step(*, in_source: bool, suspended: bool) -> AccountStep:
    """Say what becomes of an account: suspended when its person left, the same one opened when they return (R9, R10).

    It is never deleted, because that ends every enrolment.
    """
    if in_source:
        return AccountStep.REACTIVATE if suspended else AccountStep.KEEP
    return AccountStep.KEEP if suspended else AccountStep.SUSPEND


def login_of_record(person: Person, logins: Iterable[LmsLogin]) -> LmsLogin | None:
    """Return the login under which a person's grades stand: by its SIS id, whatever account it hangs on (R12).

    After a merge one account has several logins and shows the id of one; what it shows is never asked.
    """
    by_id = {login.sis_id: login for login in logins if login.sis_id is not None}
    found = (by_id[sis_id] for sis_id in (person.sis_id, *person.prior_sis_ids) if sis_id in by_id)
    return next(found, None)


def usable_email(person: Person, taken: frozenset[str]) -> str | None:
    """Return the e-mail to give an account, or None where another account has it; e-mail identifies nobody (R6)."""
    return None if login_key(person.email) in taken else person.email


def login_overdue(registered_at: datetime | None, now: datetime, grace_hours: int) -> bool:
    """Tell whether a registration has waited for a login beyond the grace period (R7)."""
    return registered_at is not None and now - registered_at > timedelta(hours=grace_hours)


def is_temporary(sis_id: SisPersonId, institution: Institution) -> bool:
    """Tell whether an id is a test, service or shared one that is never provisioned (R8)."""
    if sis_id in institution.temporary_id_exceptions:
        return False
    return any(re.fullmatch(pattern, sis_id) for pattern in institution.temporary_id_patterns)
