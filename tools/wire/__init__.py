"""The one way onto the network for every connector: TLS 1.3, patient but never insistent, complete or it says so."""

from tools.wire.auth import Auth, NoAuth, StaticBearer
from tools.wire.breaker import Breaker
from tools.wire.budget import Budget, Budgets, CostBudget, NoBudget
from tools.wire.calls import Params
from tools.wire.client import WireClient
from tools.wire.counting import REQUESTS, RequestCounters, Seen
from tools.wire.oauth import CanvasOAuth, OAuthApp
from tools.wire.pace import IN_PROCESS, Pace, ProcessTurns, SharedBudget, Turns
from tools.wire.paging import LinkPages, OffsetPages, link_pages, offset_pages
from tools.wire.places import escape_id
from tools.wire.policies import RetryPolicy, Timeouts
from tools.wire.refusals import is_challenged, read_refusal
from tools.wire.response import JSON, WireResponse
from tools.wire.tls import TlsPolicy, TlsWaiver

__all__ = [
    "IN_PROCESS",
    "JSON",
    "REQUESTS",
    "Auth",
    "Breaker",
    "Budget",
    "Budgets",
    "CanvasOAuth",
    "CostBudget",
    "LinkPages",
    "NoAuth",
    "NoBudget",
    "OAuthApp",
    "OffsetPages",
    "Pace",
    "Params",
    "ProcessTurns",
    "RequestCounters",
    "RetryPolicy",
    "Seen",
    "SharedBudget",
    "StaticBearer",
    "Timeouts",
    "TlsPolicy",
    "TlsWaiver",
    "Turns",
    "WireClient",
    "WireResponse",
    "escape_id",
    "is_challenged",
    "link_pages",
    "offset_pages",
    "read_refusal",
]
