"""The one way onto the network for every connector: TLS 1.3, patient but never insistent, complete or it says so."""

from tools.wire.auth import Auth, StaticBearer
from tools.wire.breaker import Breaker
from tools.wire.budget import Budget, CostBudget, NoBudget
from tools.wire.calls import Params
from tools.wire.client import WireClient
from tools.wire.oauth import CanvasOAuth, OAuthApp
from tools.wire.paging import LinkPages, OffsetPages, link_pages, offset_pages
from tools.wire.places import escape_id
from tools.wire.policies import RetryPolicy, Timeouts
from tools.wire.refusals import is_challenged, read_refusal
from tools.wire.response import JSON, WireResponse
from tools.wire.tls import TlsPolicy, TlsWaiver

__all__ = [
    "JSON",
    "Auth",
    "Breaker",
    "Budget",
    "CanvasOAuth",
    "CostBudget",
    "LinkPages",
    "NoBudget",
    "OAuthApp",
    "OffsetPages",
    "Params",
    "RetryPolicy",
    "StaticBearer",
    "Timeouts",
    "TlsPolicy",
    "TlsWaiver",
    "WireClient",
    "WireResponse",
    "escape_id",
    "is_challenged",
    "link_pages",
    "offset_pages",
    "read_refusal",
]
