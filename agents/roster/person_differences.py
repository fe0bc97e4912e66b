"""Differences about people: their account, their login, their id and their name; remedies name fields, never values."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from agents.roster.campus import Campus
from agents.roster.cases import Case
from agents.roster.detected import Difference
from agents.roster.person_checks import NameCase
from agents.roster.remedies import plan_remedy
from agents.roster.wording import BY_LOGIN, CERTAIN, Certainty, topic_of
from domain.calendar import day_start
from domain.changes import Change, ChangeSisId, CreatePerson, Tier, UpdatePersonField
from domain.evidence import Evidence
from domain.findings import Discrepancy, DiscrepancyType, Handling
from domain.ids import RecordHandle, RuleId
from domain.images import Image
from domain.records import Person
from domain.rules.identity import MERGE, login_overdue
from domain.rules.names import shown_name, sortable_name

Seal = Callable[[str], str]
"""Makes the keyed digest of a personal value for an image."""


class Ruling(NamedTuple):
    """What a rule says about one person."""

    kind: DiscrepancyType
    rule: RuleId
    tier: Tier
    handling: Handling
    certainty: Certainty = CERTAIN


CHANGED_ID = Ruling(DiscrepancyType.SIS_ID_CHANGED, RuleId("R3"), Tier.PROPOSE, Handling.PROPOSE)
SECOND_ACCOUNT = Ruling(DiscrepancyType.DUPLICATE_ACCOUNT, RuleId("R1"), Tier.PROPOSE, Handling.TICKET, BY_LOGIN)
DOUBLED_ID = Ruling(DiscrepancyType.DUPLICATE_ACCOUNT, RuleId("R3"), Tier.PROPOSE, Handling.TICKET)
CLAIMED_LOGIN = Ruling(DiscrepancyType.DUPLICATE_ACCOUNT, RuleId("R5"), Tier.PROPOSE, Handling.TICKET, BY_LOGIN)
NO_ACCOUNT = Ruling(DiscrepancyType.MISSING_ACCOUNT, RuleId("S63"), Tier.AUTO, Handling.PROVISION)
ID_HELD = Ruling(DiscrepancyType.SIS_ID_HELD, RuleId("R4"), Tier.PROPOSE, Handling.PROPOSE)
LOGIN_AWAITED = Ruling(DiscrepancyType.MISSING_LOGIN, RuleId("R7"), Tier.AUTO, Handling.REQUEUE)
LOGIN_OVERDUE = Ruling(DiscrepancyType.MISSING_LOGIN, RuleId("R7"), Tier.AUTO, Handling.REPORT)
WRONG_FORM = Ruling(DiscrepancyType.NAME_FORMAT, RuleId("S252"), Tier.AUTO, Handling.CORRECT)
OUTDATED = Ruling(DiscrepancyType.NAME_OUTDATED, RuleId("R14"), Tier.PROPOSE, Handling.PROPOSE)


def word_person(
    campus: Campus,
    handle: RecordHandle,
    ruling: Ruling,
    shown: tuple[str, str],
    *,
    remedy: Sequence[Change] = (),
    details: Mapping[str, str] | None = None,
) -> Difference:
    """Return one difference about a person; ``shown`` is what the SIS and the LMS say, in that order."""
    discrepancy = Discrepancy(
        type=ruling.kind,
        subject=f"person {handle}",
        rule=ruling.rule,
        tier=ruling.tier,
        handling=ruling.handling,
        confidence=ruling.certainty.confidence,
        confidence_basis=ruling.certainty.basis,
        evidence=_evidence(campus, handle, shown),
        detected_at=campus.now,
        person=handle,
        details=dict(details or {}),
    )
    return Difference(discrepancy=discrepancy, remedy=tuple(remedy))


def _evidence(campus: Campus, handle: RecordHandle, shown: tuple[str, str]) -> tuple[Evidence, Evidence]:
    people, users = campus.snapshots.people, campus.snapshots.users
    return (
        Evidence(source=people.source, record=f"person {handle}", shows=shown[0], read_at=people.read_at),
        Evidence(source=users.source, record=f"account {handle}", shows=shown[1], read_at=users.read_at),
    )


def missing_login(campus: Campus, handle: RecordHandle, cases: Sequence[Case]) -> Difference:
    """Return a person without a login: awaited within the grace period, reported after it (R7, S56)."""
    days = [case.registration.registered_on for case in cases if case.registration and case.registration.registered_on]
    since = min(days, default=None)
    started = day_start(since, campus.institution.zone) if since else None
    overdue = login_overdue(started, campus.now, campus.institution.login_grace_hours)
    details = {"registered_on": str(since or ""), "sections": " ".join(str(case.section) for case in cases)}
    ruling = LOGIN_OVERDUE if overdue else LOGIN_AWAITED
    return word_person(campus, handle, ruling, ("registered, no login", "no account"), details=details)


def missing_account(
    campus: Campus, handle: RecordHandle, sealed_id: str, cases: Sequence[Case], *, without_email: bool = False
) -> Difference:
    """Return a person without an account: the account first, then every row that waits for it (S63).

    ``without_email`` tells that another account has the person's address, which is then left out and noted (R6).
    """
    account = CreatePerson(
        **_common(campus, handle, NO_ACCOUNT, ("login issued", "no account")),
        person=handle,
        without_email=without_email,
        before=Image.absent(),
        after=Image(fields={"sis_id": sealed_id}),
    )
    proof = account.evidence
    rows = [change for case in cases for change in plan_remedy(case, proof)]
    details = {"sections": " ".join(str(case.section) for case in cases)}
    if without_email:
        details["email"] = "left out, another account has it (R6)"
    return word_person(
        campus, handle, NO_ACCOUNT, ("login issued", "no account"), remedy=(account, *rows), details=details
    )


def held_id(campus: Campus, handle: RecordHandle, sealed_id: str, cases: Sequence[Case]) -> Difference:
    """Return a person whose SIS id a deleted account has: its restoring is offered, and rows wait for it (R4).

    The feed's row for the account brings back the deleted one, because the id is the same; no second one is made.
    """
    shown = ("present id issued", "a deleted account has the id")
    restored = CreatePerson(
        **_common(campus, handle, ID_HELD, shown),
        person=handle,
        before=Image.absent(),
        after=Image(fields={"sis_id": sealed_id}),
    )
    details = {"sections": " ".join(str(case.section) for case in cases)}
    return word_person(campus, handle, ID_HELD, shown, remedy=(restored,), details=details)


def changed_id(campus: Campus, handle: RecordHandle, sealed: tuple[str, str]) -> Difference:
    """Return an account under an earlier id; ``sealed`` are digests of the id it has and of the present one (R3)."""
    shown = ("present id issued", "account under an earlier id")
    change = ChangeSisId(
        **_common(campus, handle, CHANGED_ID, shown),
        person=handle,
        before=Image(fields={"sis_id": sealed[0]}),
        after=Image(fields={"sis_id": sealed[1]}),
    )
    return word_person(campus, handle, CHANGED_ID, shown, remedy=(change,))


def second_account(campus: Campus, handle: RecordHandle, ruling: Ruling) -> Difference:
    """Return a person with an account too many; merging needs two approvers and a snapshot first (R1, R2, R5)."""
    details = {"approvers": str(MERGE.approvers), "snapshots": ", ".join(MERGE.snapshots)}
    shown = ("one person", "another account under a login of theirs")
    return word_person(campus, handle, ruling, shown, details=details)


def wrong_name(campus: Campus, handle: RecordHandle, found: NameCase, person: Person, seal: Seal) -> Difference:
    """Return a name in the wrong form, or one that did not follow a change; each field is one change (S248, R14)."""
    ruling = OUTDATED if found.outdated else WRONG_FORM
    shown = ("the name to be shown", f"another {' and '.join(found.fields)}")
    values = {
        "name": (found.account.name, shown_name(person)),
        "sortable_name": (found.account.sortable_name, sortable_name(person)),
    }
    changes = [
        UpdatePersonField(
            **_common(campus, handle, ruling, shown),
            person=handle,
            field=field,
            before=Image(fields={field: seal(values[field][0])}),
            after=Image(fields={field: seal(values[field][1])}),
        )
        for field in found.fields
    ]
    return word_person(campus, handle, ruling, shown, remedy=changes, details={"fields": " ".join(found.fields)})


def _common(campus: Campus, handle: RecordHandle, ruling: Ruling, shown: tuple[str, str]) -> dict[str, object]:
    return {
        "rule": ruling.rule,
        "tier": ruling.tier,
        "topic": topic_of(ruling.kind),
        "confidence": ruling.certainty.confidence,
        "confidence_basis": ruling.certainty.basis,
        "evidence": _evidence(campus, handle, shown),
    }
