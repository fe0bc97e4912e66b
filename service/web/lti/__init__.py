"""The learning path inside a course of the LMS: an LTI 1.3 tool that shows each student their own, and nothing else."""

from fastapi import APIRouter

from service.web.lti import routes


def routers() -> tuple[APIRouter, ...]:
    """Return the routers of the tool."""
    return (routes.router,)
