"""The application that ``provost serve`` runs: pages, interface for programs, webhooks, one installation behind them.

Whoever is to add pages or routes gives a module with a router; this one puts them together and adds nothing of its own.
Provost is synchronous: routes are plain functions, which the framework runs in threads of its pool.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from console import pages
from console.templating import STATIC
from graphs.connections import tls_policy
from graphs.settings import Settings
from service import api
from service.web import guards, hooks, lti, operations
from service.web.grade_pages import add_grade_pages
from service.web.headers import Headers
from service.web.hooks.routes import open_hooks
from service.web.hooks.usher import Usher
from service.web.limits import Allowance
from service.web.lti.framing import FRAMED, framed_headers
from service.web.lti.launching import open_launching
from service.web.oidc import Provider
from service.web.permissions import require_declarations
from service.web.place import Place, find_place
from service.web.problems import add_problem_answers
from service.web.sign_in import SigningIn, sign_in_router
from service.web.visitors import Recogniser, Visitors
from store.sessions import Attempts, Sessions

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from service.engine import WorkQueue


def create_app(
    provost: "Provost", *, queue: "WorkQueue | None" = None, port: int | None = None, blurred: bool = False
) -> FastAPI:
    """Return the application over an open installation.

    ``queue`` takes what programs ask to be run, without one nothing can be started; ``port`` is the one listened on
    where the settings leave it open; ``blurred`` hides identities on every page (F97). Raises ConfigurationError where
    the settings would serve people in the clear.
    """
    web, place = provost.settings.web, find_place(provost.settings.web, port)
    sessions = Sessions(
        provost.database,
        lasts=timedelta(hours=web.session_hours),
        idle=timedelta(minutes=web.idle_minutes),
    )
    usher = Usher(provost, queue) if queue is not None else None
    app = FastAPI(title="Provost", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_ushering(usher))
    app.state.provost, app.state.queue, app.state.place = provost, queue, place
    app.state.sessions = sessions
    app.state.hooks = open_hooks(provost, usher.wake if usher else _nobody)
    app.state.launching = open_launching(provost, place.origin)
    add_problem_answers(app)
    app.include_router(sign_in_router(_signing_in(provost, place, sessions)))
    for router in _routers():
        app.include_router(router)
    add_grade_pages(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    require_declarations(app)
    _guard(app, provost, place, Recogniser(provost.principals, sessions, provost.identities, place, blurred))
    return app


def _ushering(usher: Usher | None) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return what hands events on while the application is up."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if usher is not None:
            usher.start()
        yield
        if usher is not None:
            await run_in_threadpool(usher.stop)

    return lifespan


def _nobody() -> None:
    """Wake nobody: without a queue events are kept, and a worker hands them on."""


def _signing_in(provost: "Provost", place: Place, sessions: Sessions) -> SigningIn:
    web = provost.settings.web
    return SigningIn(
        place=place,
        principals=provost.principals,
        sessions=sessions,
        attempts=Attempts(provost.database),
        ledger=provost.ledger,
        keyring=provost.keyring,
        provider=Provider(web, tls_policy(provost.settings)) if web.oidc_issuer else None,
        development=web.development_sign_in,
        hours=web.session_hours,
    )


def _guard(app: FastAPI, provost: "Provost", place: Place, recogniser: Recogniser) -> None:
    """Put the guards in front of every route; the one that is added last is passed first."""
    settings = provost.settings
    app.add_middleware(guards.SignedIn, place=place)
    app.add_middleware(guards.Forgeries, place=place)
    app.add_middleware(guards.Waits, allowances=_allowances(settings))
    app.add_middleware(Visitors, recogniser=recogniser)
    app.add_middleware(
        guards.Sizes,
        limit_of=lambda path: settings.hooks.most_bytes if path.startswith("/hooks/") else settings.web.most_bytes,
    )
    app.add_middleware(guards.Hosts, place=place)
    app.add_middleware(Headers, place=place, framed=(FRAMED, framed_headers(settings.lti.frame_ancestors)))
    if settings.web.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=[str(each) for each in settings.web.trusted_proxies])


def _allowances(settings: Settings) -> dict[str, Allowance]:
    web = settings.web
    return {
        "launch": Allowance(settings.lti.launches_per_minute),
        "sign_in": Allowance(web.sign_in_per_minute),
        "chat": Allowance(web.chat_per_minute),
        "api": Allowance(web.api_per_minute),
        "hook": Allowance(web.hook_per_minute),
    }


def _routers() -> Iterable[APIRouter]:
    """Return the routers of the interface, the webhooks, the pages and the operations."""
    return (*api.routers(), *hooks.routers(), *lti.routers(), *pages.routers(), operations.router)
