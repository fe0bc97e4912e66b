"""Approval requests on the screen: which wait, what each would change, and what followed from an answer."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from domain.changes import Change
from domain.images import Image
from graphs.reports import AnswerReport
from service.screens.words import counted
from store.plans import ApprovalState

if TYPE_CHECKING:
    from governance.inbox import ApprovalView

_HASH_SHOWN = 12
_FIELD_WORDS = {"from_state": "row left", "start_at": "start", "end_at": "end"}


def print_requests(requests: Sequence["ApprovalView"], console: Console | None = None) -> None:
    """Print two lines for each request, its id ready to be copied, and the command that shows it whole."""
    out = console or Console()
    for request in requests:
        plan = request.plan
        state = request.state.value + (f" {len(request.answers)} of {request.needed}" if request.needed > 1 else "")
        out.print(f"{request.id}  {state}  for the role {plan.approver_role}", markup=False)
        out.print(f"    {counted(len(plan.changes), 'change')}: {plan.topic}", markup=False)
    if any(request.state is ApprovalState.PENDING for request in requests):
        out.print("Look at one before you answer it: provost approvals show ID")
    else:
        out.print("Nothing waits for a person.")


def print_request(request: "ApprovalView", limit: int, console: Console | None = None) -> None:
    """Print one request: who may answer, every change with before and after, its rule and evidence."""
    out = console or Console()
    plan = request.plan
    changes = counted(len(plan.changes), "change")
    out.print(f"{request.id}: {plan.topic}. {changes} for a person with the role {plan.approver_role}.", markup=False)
    out.print(f"Asked by {plan.requested_by} in run {plan.run}. State: {request.state.value}.", markup=False)
    if request.state is ApprovalState.PENDING:
        out.print(f"To be answered by {request.expires_at:%Y-%m-%d %H:%M} UTC.")
    out.print(f"Hash: {plan.plan_hash}", soft_wrap=True)
    for answer in request.answers:
        out.print(f"{answer.principal} answered {'yes' if answer.approve else 'no'}: {answer.reason}", markup=False)
    for change in plan.changes[:limit]:
        print_change(change, out)
    if len(plan.changes) > limit:
        out.print(f"{counted(len(plan.changes) - limit, 'more change')}; --limit shows them.")
    if request.state is ApprovalState.PENDING:
        print_next_step(request, out)


def print_next_step(request: "ApprovalView", out: Console) -> None:
    """Print how to answer exactly this plan."""
    out.print("\nTo answer exactly this plan:")
    short = request.plan.plan_hash[:_HASH_SHOWN]
    out.print(f"  provost approvals approve {request.id} --hash {short} --token-file FILE", soft_wrap=True)
    out.print(f"  provost approvals reject {request.id} --reason WHY --token-file FILE", soft_wrap=True)


def print_change(change: Change, out: Console) -> None:
    """Print one change: the record, before and after, why, and what was looked at."""
    out.print(f"\n{change.kind}  {change.natural_key}", markup=False)
    out.print(f"  from {image_words(change.before)} to {image_words(change.after)}", markup=False)
    basis = f"confidence {change.confidence} ({change.confidence_basis})"
    out.print(f"  rule {change.rule}, tier {change.tier.value}, {basis}, {change.reversibility.value}", markup=False)
    for look in change.evidence:
        out.print(
            f"  {look.source}: {look.record} shows {look.shows} at {look.read_at:%Y-%m-%d %H:%M} UTC", markup=False
        )


def image_words(image: Image) -> str:
    """Word an image in a few codes."""
    fields = {_FIELD_WORDS.get(name, name): value for name, value in image.fields.items()}
    words = ", ".join(f"{name} {value}" for name, value in sorted(fields.items()))
    if not image.exists:
        return f"nothing there ({words})" if words else "nothing there"
    return words or "there"


def answer_sentence(report: AnswerReport) -> str:
    """Word what followed from one answer."""
    if not report.complete:
        return f"Recorded. {report.approval_id} needs one more person before anything is written."
    done = report.outcomes
    if report.state == "rejected":
        return f"{report.approval_id} is rejected. {counted(done.rejected, 'change')} will not be made."
    return (
        f"{report.approval_id} is {report.state}. {counted(done.applied, 'change')} applied, "
        f"{done.verified} verified by reading back, {done.already} already so, {done.unverified} not verified, "
        f"{done.refused} refused, {done.conflicts} moved meanwhile."
    )
