"""The registrar's board: last runs, what was found and settled, holds, the ledger, the ladder (S231 to S239)."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from domain.errors import AccessDenied
from domain.grade_holds import HoldKind
from domain.principals import OVERSEERS, Principal, PrincipalKind, Role
from domain.records import Record
from governance.actions import known_actions
from governance.explanation import PHASE_WORDS
from governance.policy import Phase, Step
from graphs.desks.impact import Impact, measure_impact
from store.ledger import Verification
from store.plans import PhaseOverride

if TYPE_CHECKING:
    from graphs.assembly import Provost

MOVERS = (Role.REGISTRAR, Role.ADMIN)
RUNS = 12


class Switch(Record):
    """One action of the ladder: the phase in force, the file's, what the phase must show, and who approves."""

    action: str
    domain: str
    kind: str
    phase: Phase
    filed: Phase
    since: date | None
    words: str
    approver: str
    two_persons: bool
    step: Step | None
    lowered_because: str = ""
    lowered_by: str = ""


class SectionHolds(Record):
    """Holds on grades that nobody has answered in one section."""

    section: str
    kind: HoldKind
    number: int
    oldest: datetime


class Board(Record):
    """The whole board; ``detail`` of one run is on its own page."""

    impact: Impact
    switches: tuple[Switch, ...]
    holds: tuple[SectionHolds, ...]
    movable: bool


def read_board(provost: "Provost", who: Principal) -> Board:
    """Return the board, which names nobody; AccessDenied unless the reader keeps the record or the systems."""
    require_reader(who)
    return Board(
        impact=measure_impact(provost, limit=RUNS),
        switches=read_switches(provost),
        holds=tuple(
            SectionHolds(section=section, kind=HoldKind(kind), number=number, oldest=oldest)
            for section, kind, number, oldest in provost.grading.holds.count_open()
        ),
        movable=may_move(who),
    )


def may_move(who: Principal) -> bool:
    """Tell whether somebody may move a switch of the ladder."""
    return who.kind is PrincipalKind.PERSON and who.acting_as is None and bool(who.roles & set(MOVERS))


def require_reader(who: Principal) -> None:
    """Raise AccessDenied unless somebody may see how the systems are kept in line."""
    if who.kind is not PrincipalKind.PERSON or not who.roles & OVERSEERS:
        fix = "Ask the registrar's office what you need to know."
        message = "The sync board is for the registrar, administrators and instructional technology."
        raise AccessDenied(message, field="sync board", fix=fix)


def read_switches(provost: "Provost") -> tuple[Switch, ...]:
    """Return where every action stands on the ladder, in gate order."""
    lowered = provost.ladder.lowered()
    reasons = {f"{row.domain}:{row.action}": row for row in provost.kill_switch.phases.overrides()}
    return tuple(_switch(provost, action, lowered, reasons) for action in known_actions())


def verify_ledger(provost: "Provost", who: Principal) -> Verification:
    """Walk the whole ledger against its checkpoints; AccessDenied for whoever may not see the board."""
    require_reader(who)
    return provost.ledger.verify()


def check_ledger(provost: "Provost") -> Verification:
    """Look at what lies after the newest outside checkpoint, which is quick however long the ledger is."""
    return provost.ledger.verify_recent()


def _switch(provost: "Provost", action: str, lowered: dict[str, int], reasons: dict[str, PhaseOverride]) -> Switch:
    domain, _, kind = action.partition(":")
    rung, rule = provost.policy.rung(action), provost.policy.rule(action, "any other topic")
    phase = provost.policy.phase_of(action, lowered)
    row = reasons.get(action)
    below = rung is not None and phase < rung.phase
    return Switch(
        action=action,
        domain=domain,
        kind=kind,
        phase=phase,
        filed=rung.phase if rung else Phase.SHADOW,
        since=rung.since if rung else None,
        words=PHASE_WORDS[phase],
        approver=rule.approver_role.value if rule and not rule.deny else "",
        two_persons=bool(rule and rule.two_persons),
        step=rung.step(phase) if rung else None,
        lowered_because=row.reason if row and below else "",
        lowered_by=row.set_by if row and below else "",
    )
