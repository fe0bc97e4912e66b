"""The answer to one row: what kind of disagreement it is, under which rule, and how far the system may go with it."""

from typing import NamedTuple

from domain.changes import Tier
from domain.findings import DiscrepancyType, Handling
from domain.ids import RuleId
from domain.lms import LmsState


class Verdict(NamedTuple):
    """One decision.

    ``type`` is None where the systems agree or the difference is none of our business; ``rule`` then says why.
    ``wanted`` is the state the LMS row should have; None where a person must say.
    """

    type: DiscrepancyType | None
    rule: RuleId
    tier: Tier
    handling: Handling
    wanted: LmsState | None = None

    @property
    def silent(self) -> bool:
        """Whether nothing is to be said or done."""
        return self.type is None

    @property
    def wants_access(self) -> bool:
        """Whether the verdict would put the person on the roster."""
        return self.type is not None and self.wanted is LmsState.ACTIVE


def agree(rule: str) -> Verdict:
    """Nothing to do, and the rule that says so."""
    return Verdict(None, RuleId(rule), Tier.AUTO, Handling.REPORT)


def correct(kind: DiscrepancyType, rule: str, wanted: LmsState) -> Verdict:
    """A difference the rule settles by itself; automatic where the phase allows."""
    return Verdict(kind, RuleId(rule), Tier.AUTO, Handling.CORRECT, wanted)


def offer(kind: DiscrepancyType, rule: str, wanted: LmsState) -> Verdict:
    """A difference with a known cure that a person must approve first."""
    return Verdict(kind, RuleId(rule), Tier.PROPOSE, Handling.PROPOSE, wanted)


def ask(kind: DiscrepancyType, rule: str) -> Verdict:
    """A difference whose cure a person must choose: a ticket."""
    return Verdict(kind, RuleId(rule), Tier.PROPOSE, Handling.TICKET)


def note(kind: DiscrepancyType, rule: str) -> Verdict:
    """A difference that is only reported, because it is to be left alone for now."""
    return Verdict(kind, RuleId(rule), Tier.PROPOSE, Handling.REPORT)


def provision(kind: DiscrepancyType, rule: str) -> Verdict:
    """Something must be made first, in the same plan, before the person can be on the roster."""
    return Verdict(kind, RuleId(rule), Tier.AUTO, Handling.PROVISION, LmsState.ACTIVE)
