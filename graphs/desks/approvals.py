"""An approver's work: what waits, one request whole, the answer, and the smaller plan of an edit (S43, S260).

Who may see a request is who may answer it; the people its changes are about are named as far as the reader may know
them, and every look is on record (S224).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from domain.changes import Change, Reversibility, Risk
from domain.errors import AccessDenied, InvalidRecord, ProvostError
from domain.ids import PrincipalId, RecordHandle
from domain.principals import Principal
from domain.records import Record
from governance.actions import action_of, object_of
from governance.editing import approval_id, is_editable, shrink_plan
from governance.inbox import ApprovalView
from governance.inverse import NO_WAY_BACK
from governance.limits import counts_towards
from governance.policy import Limit
from governance.records_named import person_of
from governance.waiting import WaitingPage
from graphs.desks.names import Names, name_people
from graphs.reports import AnswerReport
from store.plans import ApprovalState, Place

if TYPE_CHECKING:
    from graphs.assembly import Provost

PURPOSE = "approvals"
PAGE = 25
_RISKS = list(Risk)


class Waiting(Record):
    """One page of an inbox with the people it names."""

    page: WaitingPage
    names: Names


class Radius(Record):
    """How far a plan reaches: changes by action, people, sections, systems, and the limits it counts towards (R67)."""

    actions: dict[str, int]
    people: int
    sections: int
    systems: tuple[str, ...]
    limits: tuple[tuple[Limit, int], ...]


class OpenRequest(Record):
    """One request as its approver sees it; ``answerable`` tells whether this reader could answer it now."""

    view: ApprovalView
    names: Names
    radius: Radius
    answerable: bool
    editable: bool = False


class Edit(NamedTuple):
    """What an approver wants of a request: the plan they looked at, the changes that are to stay, and why."""

    approval_id: str
    plan_hash: str
    keep: frozenset[str]
    reason: str


class Answered(Record):
    """What came of one request of a batch: the report, or why the answer did not count."""

    approval_id: str
    topic: str
    report: AnswerReport | None = None
    refusal: str = ""


def read_inbox(provost: "Provost", who: Principal, after: Place | None = None, limit: int = PAGE) -> Waiting:
    """Return one page of what waits for somebody, what expires first coming first."""
    page = provost.approvals.page(who, after, limit)
    people = {person for view in page.views for change in view.plan.changes if (person := person_of(change))}
    _record(provost, who, people)
    return Waiting(page=page, names=name_people(provost, who, people, PURPOSE))


def read_request(provost: "Provost", who: Principal, approval_id: str) -> OpenRequest:
    """Return one request; AccessDenied where it is not this reader's affair, InvalidRecord where there is none."""
    view = _require_sight(provost, who, approval_id)
    people = {person for change in view.plan.changes if (person := person_of(change))}
    _record(provost, who, people)
    answered = {PrincipalId(answer.principal) for answer in view.answers}
    live = view.state is ApprovalState.PENDING and view.expires_at >= provost.clock.now()
    answerable = live and who.id not in answered | {view.plan.requested_by}
    return OpenRequest(
        view=view,
        names=name_people(provost, who, people, PURPOSE),
        radius=measure_radius(provost, view.plan.changes),
        answerable=answerable,
        editable=answerable and is_editable(view.plan),
    )


def edit_request(provost: "Provost", who: Principal, edit: Edit) -> str:
    """Make a request smaller: it ends, and a new one for the changes that stay waits for a fresh decision (S43).

    Returns the new request's id. Raises InvalidRecord where nothing or everything stays or no reason is given, and what
    answering raises.
    """
    view = _require_sight(provost, who, edit.approval_id)
    if not edit.reason.strip():
        raise InvalidRecord("An edit needs a reason.", field="reason", fix="Say in a few words why.")
    smaller = shrink_plan(view.plan, edit.keep)
    provost.plans.save(smaller)
    provost.approvals.edit(edit.approval_id, edit.plan_hash, who, smaller, edit.reason)
    provost.runner.resume(provost.approvals.show(edit.approval_id))
    return approval_id(smaller)


def answer_all(
    provost: "Provost", who: Principal, chosen: Sequence[tuple[str, str]], reason: str
) -> tuple[Answered, ...]:
    """Approve several requests, each by the hash that was looked at; InvalidRecord unless they are equal and low-risk.

    Each is answered by itself: what one refusal says keeps no other from counting.
    """
    views = [_require_sight(provost, who, approval_id) for approval_id, _ in chosen]
    if not views or not are_alike(views):
        fix = "Open each request and answer it by itself."
        raise InvalidRecord("Only equal changes of low risk are approved together.", field="requests", fix=fix)
    pairs = zip(views, (plan_hash for _, plan_hash in chosen), strict=True)
    return tuple(_answer_one(provost, who, view, plan_hash, reason) for view, plan_hash in pairs)


def are_alike(views: Iterable[ApprovalView]) -> bool:
    """Tell whether requests ask for the same sort of change, each of low risk and with one person to approve it."""
    found = list(views)
    changes = [change for view in found for change in view.plan.changes]
    kinds = {action_of(change) for change in changes}
    alone = all(view.needed == 1 for view in found)
    return alone and len(kinds) == 1 and highest_risk(changes) is Risk.LOW


def highest_risk(changes: Iterable[Change]) -> Risk:
    """Return the risk of the riskiest change."""
    return max((change.risk for change in changes), key=_RISKS.index, default=Risk.LOW)


def explain_undo(change: Change) -> str:
    """Say how a change is undone, in one sentence."""
    if change.reversibility is Reversibility.REVERSIBLE:
        return "provost rollback puts the record back as it was before, and keeps later runs from redoing it."
    if change.reversibility is Reversibility.COMPENSABLE and change.kind not in NO_WAY_BACK:
        return "provost rollback withdraws it; that it was there stays on record."
    return f"It cannot be undone. {NO_WAY_BACK.get(change.kind, 'Mend it by hand.')}"


def measure_radius(provost: "Provost", changes: Sequence[Change]) -> Radius:
    """Return how far changes reach."""
    types = {object_of(change.kind) for change in changes}
    limits = [limit for kind in sorted(types) for limit in provost.policy.limits_of(kind)]
    counted = ((limit, sum(counts_towards(limit, change) for change in changes)) for limit in limits)
    return Radius(
        actions=dict(Counter(action_of(change) for change in changes).most_common()),
        people=len({person for change in changes if (person := person_of(change))}),
        sections=len({section for change in changes if (section := getattr(change, "section", None))}),
        systems=tuple(sorted({change.target for change in changes})),
        limits=tuple((limit, number) for limit, number in counted if number),
    )


def _answer_one(provost: "Provost", who: Principal, view: ApprovalView, plan_hash: str, reason: str) -> Answered:
    said = Answered(approval_id=view.id, topic=view.plan.topic)
    try:
        report = provost.answer(view.id, who, "approve", plan_hash=plan_hash, reason=reason)
    except ProvostError as refused:
        return said.model_copy(update={"refusal": f"{refused.message} {refused.fix}".strip()})
    return said.model_copy(update={"report": report})


def _require_sight(provost: "Provost", who: Principal, approval_id: str) -> ApprovalView:
    if not provost.approvals.may_read(approval_id, who):
        fix = "Whoever has the role and the relationship that the policy names may answer it."
        raise AccessDenied("This request is not yours to answer.", field=f"approval {approval_id}", fix=fix)
    return provost.approvals.show(approval_id)


def _record(provost: "Provost", who: Principal, people: Iterable[RecordHandle]) -> None:
    found = sorted(people)
    if found:
        provost.ledger.record_reads(who.id, agent="none", purpose=PURPOSE, run="", what="plan", people=found)
