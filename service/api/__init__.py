"""The interface for programs: JSON over HTTP, described by /api/v1/openapi.json."""

from fastapi import APIRouter, Depends

from service.api import alerts, approvals, cases, chat, describing, knowledge, ledger, me, runs, starting
from service.api.common import require_known_parameters

VERSION = "v1"


def routers() -> tuple[APIRouter, ...]:
    """Return every router of the interface."""
    api = APIRouter(prefix=f"/api/{VERSION}", dependencies=[Depends(require_known_parameters)])
    for module in (me, starting, runs, approvals, alerts, cases, ledger, chat, describing):
        api.include_router(module.router)
    return (api, knowledge.router)
