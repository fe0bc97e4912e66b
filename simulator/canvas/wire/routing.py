"""Finding the endpoint of a call from the raw path, because ids may carry escaped slashes and dots.

As in Canvas, an unescaped dot in an id ends the id: what follows is taken for a format, and only `json` is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote

from simulator.canvas.refusals import NotFound
from simulator.canvas.wire.call import Call, Reply

Endpoint: TypeAlias = Callable[[Call], Reply]


class Route(NamedTuple):
    """An endpoint with its method and its path template, such as `/api/v1/courses/:course_id/sections`."""

    method: str
    template: str
    segments: tuple[str, ...]
    endpoint: Endpoint


class RouteTable:
    """All endpoints of a face."""

    def __init__(self) -> None:
        """Start without endpoints."""
        self._routes: defaultdict[tuple[str, int], list[Route]] = defaultdict(list)

    def on(self, method: str, template: str, *, root: str = "/api/v1") -> Callable[[Endpoint], Endpoint]:
        """Return a decorator that puts an endpoint under a method and a template below a root."""
        full = f"{root}{template}"
        segments = tuple(full.split("/"))

        def register(endpoint: Endpoint) -> Endpoint:
            self._routes[method, len(segments)].append(Route(method, full, segments, endpoint))
            return endpoint

        return register

    def include(self, other: RouteTable) -> None:
        """Take over the endpoints of another table."""
        for key, routes in other._routes.items():
            self._routes[key].extend(routes)

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and the unescaped ids of a path; raises NotFound. Fixed segments win over ids."""
        segments = raw_path.removesuffix(".json").split("/")
        found = [
            route
            for route in self._routes.get((method, len(segments)), ())
            if all(part.startswith(":") or part == given for part, given in zip(route.segments, segments, strict=True))
        ]
        if not found:
            raise NotFound
        route = min(found, key=lambda each: sum(part.startswith(":") for part in each.segments))
        slots = {part[1:]: given for part, given in zip(route.segments, segments, strict=True) if part.startswith(":")}
        if any("." in given for given in slots.values()):
            raise NotFound
        return route, {name: unquote(given) for name, given in slots.items()}

    @property
    def templates(self) -> list[tuple[str, str]]:
        """Return every (method, template), sorted."""
        return sorted((route.method, route.template) for routes in self._routes.values() for route in routes)
