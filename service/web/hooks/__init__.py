"""Webhooks that come in: verified, kept, acknowledged; nothing is done with them here."""

from fastapi import APIRouter

from service.web.hooks import routes


def routers() -> tuple[APIRouter, ...]:
    """Return the routers of the webhooks."""
    return (routes.router,)
