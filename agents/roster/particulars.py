"""What a person who settles a difference must know besides it: a directory opt-out, a hold that stands (R17, R57)."""

from collections.abc import Collection, Sequence

from agents.roster.campus import Campus
from agents.roster.detected import Difference
from domain.evidence import Evidence
from domain.ids import RecordHandle, SisPersonId
from domain.lms import LmsState
from domain.ports import IdentityResolver
from domain.rules.registrations import standing_holds
from domain.rules.visibility import Audience, may_be_named

OPTED_OUT = {"directory": "opted out"}
"""Marks a difference about somebody who may not be named outside their own class (R17, R18)."""


def add_particulars(campus: Campus, differences: Sequence[Difference], resolver: IdentityResolver) -> list[Difference]:
    """Return the differences with the opt-outs and holds of the people they are about."""
    opted_out = _handles(resolver, _opted_out(campus)) if differences else frozenset()
    held = _handles(resolver, _held(campus)) if differences else frozenset()
    marked = (_mark(each) if each.discrepancy.person in opted_out else each for each in differences)
    return [_explain(campus, each) if _lacks_access(each, held) else each for each in marked]


def _opted_out(campus: Campus) -> list[SisPersonId]:
    return [person.sis_id for person in campus.people.values() if not may_be_named(person, Audience.OUTWARD)]


def _held(campus: Campus) -> list[SisPersonId]:
    holds = campus.snapshots.holds
    return [hold.person for hold in standing_holds(holds.rows, campus.today)] if holds else []


def _handles(resolver: IdentityResolver, people: Sequence[SisPersonId]) -> frozenset[RecordHandle]:
    return frozenset(resolver.handles(sorted(set(people))).values())


def _mark(difference: Difference) -> Difference:
    details = {**difference.discrepancy.details, **OPTED_OUT}
    return difference.model_copy(update={"discrepancy": difference.discrepancy.model_copy(update={"details": details})})


def _lacks_access(difference: Difference, held: Collection[RecordHandle]) -> bool:
    """Tell whether somebody with a hold should be on a roster and is not."""
    about = difference.discrepancy
    return about.person in held and about.details.get("wanted") == LmsState.ACTIVE.value


def _explain(campus: Campus, difference: Difference) -> Difference:
    """Say beside the evidence that a hold stands and takes no access away, for whoever must approve (R57)."""
    holds = campus.snapshots.holds
    if holds is None:
        return difference
    about = difference.discrepancy
    shows = "a hold stands, which never ends access to a course (R57)"
    hold = Evidence(source=holds.source, record=f"hold {about.person}", shows=shows, read_at=holds.read_at)
    changes = tuple(change.model_copy(update={"evidence": (*change.evidence, hold)}) for change in difference.remedy)
    discrepancy = about.model_copy(update={"evidence": (*about.evidence, hold)})
    return difference.model_copy(update={"discrepancy": discrepancy, "remedy": changes})
