"""Who is behind a request: a session from its cookie, or a principal from its signed token.

What is found is left with the request for ``console.visiting`` and for the permissions of routes. A token that does not
count is a refusal, never a visit of nobody in particular.
"""

import base64
import hmac
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from console.visiting import Visitor
from domain.errors import CredentialRejected
from domain.ids import PrincipalId
from domain.principals import Principal, PrincipalKind, Role
from domain.request_errors import SignInNeeded
from governance.principals import PrincipalRegistry
from service.web.place import Place
from store.handles import Handles
from store.sessions import SessionRow, Sessions

_BEARER = "bearer "
_NOBODY = ("/static/", "/hooks/", "/lti/", "/healthz", "/readyz")
"""Where nobody is looked for, whatever cookie or token comes along."""


@dataclass(frozen=True)
class Recogniser:
    """Finds out who is behind a request; ``blurred`` hides identities on every page (F97)."""

    principals: PrincipalRegistry
    sessions: Sessions
    identities: Handles
    place: Place
    blurred: bool = False

    def recognise(self, request: Request) -> Visitor | None:
        """Return the visitor, or None; raises SignInNeeded for a token that does not count."""
        said = request.headers.get("authorization", "")
        if said:
            return self._by_token(request, said)
        token = request.cookies.get(self.place.cookie, "")
        session = self.sessions.find(token) if token else None
        principal = self.principal_of(session, local=self.place.is_local(request)) if session else None
        if session is None or principal is None:
            return None
        return Visitor(principal, csrf_of(token), self.blurred or session.blurred)

    def principal_of(self, session: SessionRow, *, local: bool) -> Principal | None:
        """Return who a session is of, as they stand now; None where they were revoked or count only here."""
        if self.principals.was_revoked(PrincipalId(session.principal)):
            return None
        principal = self.principals.read(PrincipalId(session.principal)) or self._by_claims(session)
        if principal is None or (principal.demo and not local):
            return None
        return self._viewing(principal, session.viewing) if session.viewing else principal

    def _by_claims(self, session: SessionRow) -> Principal | None:
        """Return somebody whom the provider's claims gave roles for this session, and nobody where they gave none."""
        if not session.roles:
            return None
        return Principal(
            id=PrincipalId(session.principal),
            kind=PrincipalKind.PERSON,
            roles=frozenset(Role(role) for role in session.roles),
            person=self.identities.find(session.person) if session.person else None,
        )

    def _viewing(self, admin: Principal, viewed: str) -> Principal | None:
        """Return an administrator who looks at pages as another: their own name on record, and no approval (R30)."""
        other = self.principals.read(PrincipalId(viewed))
        if other is None or Role.ADMIN not in admin.roles:
            return None
        return admin.model_copy(update={"roles": other.roles, "person": other.person, "acting_as": other.id})

    def _by_token(self, request: Request, said: str) -> Visitor:
        if not said.lower().startswith(_BEARER):
            raise SignInNeeded("Only bearer tokens are taken.", field="Authorization", fix="Send Bearer and a token.")
        try:
            token = said[len(_BEARER) :].strip()
            return Visitor(self.principals.verify(token, loopback=self.place.is_local(request)), "", self.blurred)
        except CredentialRejected as rejected:
            raise SignInNeeded(rejected.message, field="Authorization", fix=rejected.fix) from rejected


class Visitors:
    """Leaves with each request who is signed in; nobody where nobody is."""

    def __init__(self, app: ASGIApp, recogniser: Recogniser) -> None:
        self.app, self._recogniser = app, recogniser

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Recognise the visitor off the event loop, and pass the request on."""
        if scope["type"] == "http" and not scope["path"].startswith(_NOBODY):
            request = Request(scope)
            request.state.visitor = request.state.refusal = None
            try:
                request.state.visitor = await run_in_threadpool(self._recogniser.recognise, request)
            except SignInNeeded as refusal:
                request.state.refusal = refusal
        await self.app(scope, receive, send)


def csrf_of(token: str) -> str:
    """Return the token that a session's forms carry; it follows from the cookie and tells nothing of it."""
    return base64.urlsafe_b64encode(hmac.digest(token.encode(), b"csrf", "sha256")).decode().rstrip("=")
