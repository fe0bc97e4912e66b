"""What a route asks of its caller: the roles of people, the scope of programs; a route that asks nothing is not served.

A person stands by their roles, whatever token they bear; a program stands by its scopes alone (S174, S259).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from domain.errors import InternalError
from domain.principals import Principal, PrincipalKind, Role
from domain.request_errors import RouteDenied, SignInNeeded

GUARDED = ("/api/", "/internal/", "/hooks/", "/lti/")
"""Where every route must say who may call it, or that a signature does; elsewhere everybody signed in may look."""
DECLARED = (*GUARDED, "/sections/{section}/grades")
"""Where no route is served that does not say who may call it: the guarded ones, and the pages of a grade sheet."""
PEOPLE = frozenset(role for role in Role if role not in (Role.SERVICE, Role.AGENT, Role.UNKNOWN))


@dataclass(frozen=True)
class Permission:
    """Who may call a route; without a scope no program may, unless ``any_program`` may."""

    roles: frozenset[Role]
    scope: str = ""
    any_program: bool = False

    def __call__(self, request: Request) -> Principal:
        """Return the caller where the route is open to them; raises SignInNeeded or RouteDenied."""
        refused = getattr(request.state, "refusal", None)
        if refused is not None:
            raise refused
        visitor = getattr(request.state, "visitor", None)
        if visitor is None:
            fix = "Send a token as Authorization: Bearer, or sign in."
            raise SignInNeeded("Nobody is signed in.", field="Authorization", fix=fix)
        caller: Principal = visitor.principal
        if not self.opens_to(caller):
            what = f"The scope {self.scope} is needed." if self.scope else "No program may do this."
            said = what if caller.kind is not PrincipalKind.PERSON else "Your role does not open this."
            raise RouteDenied(said, field="Authorization", fix="Ask an administrator.")
        return caller

    def opens_to(self, caller: Principal) -> bool:
        """Tell whether the route is open to a principal."""
        if caller.kind is PrincipalKind.PERSON:
            return bool(caller.roles & self.roles)
        return self.any_program or (bool(self.scope) and self.scope in caller.scopes)


@dataclass(frozen=True)
class SignatureOnly:
    """Marks a route that no principal calls: the signature over the body says who did."""

    scheme: str

    def __call__(self) -> None:
        """Ask nothing here; the route checks the signature itself."""


@dataclass(frozen=True)
class Open:
    """Marks a route that anybody may ask, as ``what`` it tells is about nobody."""

    what: str

    def __call__(self) -> None:
        """Ask nothing."""


Declared = Permission | SignatureOnly | Open


def declared_of(route: RouteContext) -> Declared | None:
    """Return what a route declared, or None."""
    return next(_declarations(route.dependant), None)


def api_routes(app: FastAPI) -> Iterator[RouteContext]:
    """Yield every route of an application that is one of ours, those of routers within routers too."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            yield route


def require_declarations(app: FastAPI) -> None:
    """Raise InternalError where a guarded route does not say who may call it: what is not declared is not served."""
    paths = ((route.path or "", declared_of(route)) for route in api_routes(app))
    bare = [path for path, declared in paths if path.startswith(DECLARED) and declared is None]
    if bare:
        raise InternalError("A route does not say who may call it.", field=", ".join(sorted(bare)))


def _declarations(dependant: Dependant) -> Iterator[Declared]:
    for each in dependant.dependencies:
        if isinstance(each.call, Permission | SignatureOnly | Open):
            yield each.call
        yield from _declarations(each)
