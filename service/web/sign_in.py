"""Signing in and out: with the institution's provider, or in development by choosing a demonstration identity.

Every sign-in makes a new session; sign-in, sign-out, refusals and looking at pages as another are in the ledger (S174).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from console.signing import render_sign_in
from domain.errors import ProvostError
from domain.ids import PrincipalId
from domain.principals import Principal, PrincipalKind, Role
from domain.request_errors import RouteDenied, SignInNeeded, UnknownAddress
from governance.principals import PrincipalRegistry
from service.web.oidc import Claimed, Provider
from service.web.place import Place
from store.clock import SYSTEM_CLOCK
from store.keys import KeyRing
from store.ledger import Ledger
from store.sessions import Attempts, Sessions, new_token

OIDC, DEVELOPMENT = "oidc", "development"
_ATTEMPT = "provost-sign-in"
_PLACE = b"web_sign_in"
Chosen = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True)
class SigningIn:
    """What signing in needs: where we are, who is known, what is kept, and the provider where there is one."""

    place: Place
    principals: PrincipalRegistry
    sessions: Sessions
    attempts: Attempts
    ledger: Ledger
    keyring: KeyRing
    provider: Provider | None = None
    development: bool = False
    hours: float = 8.0
    now: Callable[[], datetime] = SYSTEM_CLOCK.now

    @property
    def redirect(self) -> str:
        """Where the provider sends the browser back to."""
        return f"{self.place.origin}/sign-in/oidc/answer"

    def choices(self, request: Request) -> tuple[Principal, ...]:
        """Return the demonstration identities that may be chosen, on this machine only."""
        if not self.development or not self.place.is_local(request):
            return ()
        people = (one for one in self.principals.list_all() if one.demo and one.kind is PrincipalKind.PERSON)
        return tuple(people)

    def admit(self, request: Request, claimed: Claimed, way: str, onward: str) -> Response:
        """Begin a session for whom somebody vouched, where we know them; raises SignInNeeded where we do not."""
        who = PrincipalId(claimed.principal)
        known = self.principals.read(who)
        allowed = known is not None and known.kind is PrincipalKind.PERSON and (not known.demo or way == DEVELOPMENT)
        if self.principals.was_revoked(who) or not (allowed or (known is None and claimed.roles)):
            raise self.refuse(way, "Nobody here is known under this name.")
        self.sessions.end(request.cookies.get(self.place.cookie, ""))
        token = self.sessions.begin(who, way, roles=() if known else claimed.roles, person=claimed.person)
        self.ledger.append("session.begun", who, "", {"way": way})
        answer = RedirectResponse(local_path(onward), status_code=303)
        self.keep(answer, self.place.cookie, token, int(self.hours * 3600))
        answer.delete_cookie(_ATTEMPT, path="/sign-in")
        return answer

    def refuse(self, way: str, message: str) -> SignInNeeded:
        """Put a refused sign-in on record and return the refusal; what was claimed is not kept."""
        self.ledger.append("session.refused", "nobody", "", {"way": way, "reason": message})
        return SignInNeeded(message, field="session", fix="Ask an administrator: provost principal add.")

    def keep(self, answer: Response, name: str, value: str, seconds: int, path: str = "/") -> None:
        """Set a cookie that scripts cannot read and other sites do not send."""
        secure = self.place.secure
        answer.set_cookie(name, value, max_age=seconds, path=path, secure=secure, httponly=True, samesite="lax")


def sign_in_router(signing: SigningIn) -> APIRouter:
    """Return the routes of signing in and out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sign-in")
    def show(request: Request) -> Response:
        return _render(request, signing)

    @router.post("/sign-in/development")
    def choose(request: Request, principal: Chosen, onward: Annotated[str, Form(alias="next")] = "/") -> Response:
        if principal not in {one.id for one in signing.choices(request)}:
            return _render(request, signing, signing.refuse(DEVELOPMENT, "This identity cannot be chosen."))
        return signing.admit(request, Claimed(principal, (), ""), DEVELOPMENT, onward)

    @router.get("/sign-in/oidc")
    def leave(request: Request) -> Response:
        return _leave(request, signing)

    @router.get("/sign-in/oidc/answer")
    def come_back(request: Request, state: str = "", code: str = "", iss: str = "") -> Response:
        try:
            return _come_back(request, signing, (state, code, iss))
        except ProvostError as refusal:
            return _render(request, signing, refusal)

    @router.post("/sign-out")
    def leave_for_good(request: Request) -> Response:
        ended = signing.sessions.end(request.cookies.get(signing.place.cookie, ""))
        if ended is not None:
            signing.ledger.append("session.ended", ended.principal, "", {"way": ended.way})
        answer = RedirectResponse("/sign-in", status_code=303)
        answer.delete_cookie(signing.place.cookie, path="/", secure=signing.place.secure, httponly=True)
        return answer

    @router.post("/session/view-as")
    def view_as(request: Request, principal: Annotated[str, Form(max_length=200)] = "") -> Response:
        _view_as(request, signing, principal)
        return RedirectResponse("/", status_code=303)

    return router


def _leave(request: Request, signing: SigningIn) -> Response:
    """Send the browser to the provider, and keep what its answer must meet."""
    if signing.provider is None:
        raise UnknownAddress("No provider is set up.", field="web.oidc_issuer", fix="Set web.oidc_issuer.")
    begun, browser = signing.provider.begin(signing.redirect), new_token()
    onward = local_path(request.query_params.get("next", "/"))
    kept = json.dumps([begun.nonce, begun.verifier, onward]).encode()
    signing.attempts.begin(begun.state, browser, signing.keyring.seal(kept, _PLACE))
    answer = RedirectResponse(begun.url, status_code=303)
    signing.keep(answer, _ATTEMPT, browser, 600, "/sign-in")
    return answer


def _come_back(request: Request, signing: SigningIn, said: tuple[str, str, str]) -> Response:
    """Take the provider's answer, once, from the browser that left for it."""
    state, code, issuer = said
    kept = signing.attempts.take(state, request.cookies.get(_ATTEMPT, "")) if state else None
    if signing.provider is None or kept is None or not code:
        raise signing.refuse(OIDC, "This sign-in was not begun here, or took too long.")
    if issuer and issuer.rstrip("/") != signing.provider.issuer:
        raise signing.refuse(OIDC, "Another provider answered.")
    nonce, verifier, onward = json.loads(signing.keyring.unseal(kept, _PLACE))
    try:
        claimed = signing.provider.finish(signing.redirect, code, nonce, verifier, signing.now())
    except SignInNeeded as refusal:
        raise signing.refuse(OIDC, refusal.message) from refusal
    return signing.admit(request, claimed, OIDC, onward)


def _view_as(request: Request, signing: SigningIn, viewed: str) -> None:
    """Let an administrator look at pages as another, on record, or as themselves again."""
    token = request.cookies.get(signing.place.cookie, "")
    session = signing.sessions.find(token)
    admin = signing.principals.read(PrincipalId(session.principal)) if session else None
    if session is None or admin is None or Role.ADMIN not in admin.roles:
        raise RouteDenied("Only an administrator views as another.", field="principal", fix="Ask one.")
    other = signing.principals.read(PrincipalId(viewed)) if viewed else None
    if viewed and (other is None or other.kind is not PrincipalKind.PERSON):
        raise UnknownAddress("There is no such person.", field="principal", fix="Name a principal who is a person.")
    signing.ledger.append("session.viewing", admin.id, "", {"as": viewed})
    signing.sessions.view_as(token, viewed)


def _render(request: Request, signing: SigningIn, problem: ProvostError | None = None) -> Response:
    choices, oidc = signing.choices(request), signing.provider is not None
    return render_sign_in(request, oidc=oidc, development=choices, problem=problem)


def local_path(onward: str) -> str:
    """Return where to go after signing in: a path of ours, never another site."""
    plain = onward.startswith("/") and not onward.startswith(("//", "/\\")) and onward.isprintable()
    return onward if plain and "\\" not in onward else "/"
