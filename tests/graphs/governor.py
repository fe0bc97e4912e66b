"""A governor over plain dictionaries, whose plans, approvals and effects a test can look at."""

from dataclasses import dataclass, field

from domain.ids import PlanHash
from domain.plans import Plan
from domain.principals import Principal, PrincipalKind, Role
from governance.authority import Authority
from governance.decided import Waiver
from graphs.context import Acting
from graphs.governing import Ask, PlanRef, Populations, Split
from graphs.reports import Outcomes


def part(name: str, changes: int = 1, role: str = "registrar") -> PlanRef:
    return PlanRef(plan_hash=PlanHash(name), topic=name, approver_role=role, changes=changes)


@dataclass
class ScriptedGovernor:
    """Splits as it is told; approvals are rows a test sets, effects are counted by plan hash."""

    automatic: PlanRef | None = None
    held: tuple[PlanRef, ...] = ()
    stopped: bool = False
    denied: int = 0
    dry: bool = False
    smaller: dict[str, PlanRef] = field(default_factory=dict)
    approvals: dict[str, str] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def keep(self, plan: Plan) -> PlanRef:
        self.calls.append(f"keep {plan.topic}")
        return part(plan.topic, len(plan.changes))

    def decide(self, plan: PlanRef, populations: Populations, waiver: Waiver | None) -> Split:
        self.calls.append(f"decide {plan.plan_hash}")
        if self.stopped and waiver is None:
            return Split(held=(part("limit", plan.changes),), stopped=True)
        authority = None
        if self.automatic is not None:
            authority = Authority(kind="automatic", reference="d1", plan_hash=self.automatic.plan_hash)
        return Split(automatic=self.automatic, authority=authority, held=self.held, denied=self.denied)

    def request(self, plan: PlanRef) -> Ask | None:
        if self.dry:
            return None
        approval = f"apr_{plan.plan_hash}"
        self.approvals.setdefault(approval, "pending")
        return Ask(approval_id=approval, **plan.model_dump())

    def authority(self, ask: Ask) -> Authority | Waiver | None:
        if self.approvals.get(ask.approval_id) != "approved":
            return None
        if ask.topic == "limit":
            return Waiver(run="run_0123456789ab", plan_hash=ask.plan_hash, approval=ask.approval_id)
        return Authority(kind="approval", reference=ask.approval_id, plan_hash=ask.plan_hash)

    def instead(self, ask: Ask) -> PlanRef | None:
        return self.smaller.get(ask.approval_id)

    def record(self, plan: PlanRef, authority: Authority) -> None:
        self.recorded.append(f"{plan.plan_hash} {authority.kind}")

    def apply(self, plan: PlanRef, authority: Authority) -> None:
        self.applied.append(plan.plan_hash)

    def verify(self, plan: PlanRef) -> Outcomes:
        return Outcomes(applied=plan.changes, verified=plan.changes)


def acting(governor: ScriptedGovernor) -> Acting:
    principal = Principal(id="agent:roster", kind=PrincipalKind.AGENT, roles=frozenset({Role.AGENT}))
    return Acting(run="run_0123456789ab", principal=principal, governor=governor)
