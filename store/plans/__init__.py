"""What stands around a plan: decisions, approvals, leases, suppressions, runs, notices, phases, the kill switch."""

from store.plans.approvals import ApprovalAnswer, ApprovalKey, ApprovalRequests, ApprovalRow, ApprovalState, Place
from store.plans.decisions import Decision, DecisionRow, Decisions, Outcome
from store.plans.leases import Lease, Leases
from store.plans.notices import NoticeRow, Notices
from store.plans.phases import EVERYTHING, KillSwitch, PhaseOverride, Phases
from store.plans.plans import Plans, StoredPlan
from store.plans.runs import Run, Runs, RunState
from store.plans.suppressions import Suppression, Suppressions

__all__ = [
    "EVERYTHING",
    "ApprovalAnswer",
    "ApprovalKey",
    "ApprovalRequests",
    "ApprovalRow",
    "ApprovalState",
    "Decision",
    "DecisionRow",
    "Decisions",
    "KillSwitch",
    "Lease",
    "Leases",
    "NoticeRow",
    "Notices",
    "Outcome",
    "PhaseOverride",
    "Phases",
    "Place",
    "Plans",
    "Run",
    "RunState",
    "Runs",
    "StoredPlan",
    "Suppression",
    "Suppressions",
]
