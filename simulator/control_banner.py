"""The registrar's desk of the control face: one thing happens in Banner on demand, named by natural keys.

A call names people by `bannerId` and sections by `term` and `crn`; `on` states another day than today. Everything
is done through Banner's forms, so the queues announce it and the truth hears of it. The answer is `{"event": ...}`.
A drop of a lecture takes its lab along, and the reverse.

    POST /banner/drop, /banner/withdraw, /banner/register    {"bannerId", "term", "crn", "on"?}
    POST /banner/hold                                        {"bannerId", "category", "comment"?}
    POST /banner/release-hold                                {"bannerId", "category"?}
    POST /banner/roll                                        {"term", "crn"}
    POST /banner/lock                                        {"bannerId", "term", "crn", "times"}
    PUT  /banner/practice                                    {"refusesWith200"?, "withdrawalsNeedOwnProcess"?}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.banner.forms import apply_operation
from simulator.banner.grade_views import entry_of
from simulator.banner.state import BannerState
from simulator.banner.tables import Person, Registration, SectionKey
from simulator.control_errors import BadRequestError
from simulator.world.operations import Kind, Operation

Json = dict[str, object]
Answer = Callable[[Json, Request], Response]
HOLD_CATEGORIES = ("academic", "administrative", "disciplinary", "financial", "health")


class HasBanner(Protocol):
    """A campus with a Banner."""

    banner: BannerState


class BannerDesk:
    """Does what a registrar would do at a form."""

    def __init__(self, campus: HasBanner) -> None:
        self._campus = campus

    def routes(self) -> tuple[tuple[str, str, Answer], ...]:
        """Method, path and answer of every call."""
        return (
            ("POST", "/banner/drop", self._drop),
            ("POST", "/banner/withdraw", self._withdraw),
            ("POST", "/banner/register", self._register),
            ("POST", "/banner/hold", self._place_hold),
            ("POST", "/banner/release-hold", self._release_hold),
            ("POST", "/banner/roll", self._roll),
            ("POST", "/banner/lock", self._lock),
            ("PUT", "/banner/practice", self._set_practice),
        )

    @property
    def _banner(self) -> BannerState:
        return self._campus.banner

    def _drop(self, body: Json, _request: Request) -> Response:
        return self._leave(Kind.DROPPED, body)

    def _withdraw(self, body: Json, _request: Request) -> Response:
        return self._leave(Kind.WITHDRAWN, body)

    def _leave(self, kind: Kind, body: Json) -> Response:
        row = self._registration(body)
        if not row.status.registered:
            raise BadRequestError(f"The registration has the status {row.code} already.")
        linked = [self._banner.registration(row.person.guid, key) for key in self._linked(row.section.key)]
        keys = tuple(each.section.key for each in linked if each is not None and each.status.registered)
        return self._do(kind, row.person, keys, _stated_day(body))

    def _register(self, body: Json, _request: Request) -> Response:
        person, key = self._person(body), self._section(body)
        row = self._banner.registration(person.guid, key)
        if row is not None and row.status.registered:
            raise BadRequestError("The person is registered there already.")
        primary = self._banner.sections[key].primary
        return self._do(Kind.REGISTERED, person, (primary, key) if primary else (key,), _stated_day(body))

    def _place_hold(self, body: Json, _request: Request) -> Response:
        category = _text(body, "category")
        if category not in HOLD_CATEGORIES:
            raise BadRequestError(f"category must be one of {', '.join(HOLD_CATEGORIES)}.")
        detail = {"category": category, "comment": str(body.get("comment", ""))}
        return self._do(Kind.HOLD_PLACED, self._person(body), (), detail)

    def _release_hold(self, body: Json, _request: Request) -> Response:
        detail = {"category": _text(body, "category")} if "category" in body else {}
        return self._do(Kind.HOLD_RELEASED, self._person(body), (), detail)

    def _roll(self, body: Json, _request: Request) -> Response:
        """Roll a section's final grades to academic history; says how many went and who has none."""
        key = self._section(body)
        operation = Operation(self._banner.clock.now(), Kind.GRADES_ROLLED, sections=(key,))
        rolled = apply_operation(self._banner, operation)
        standing = [row for row in self._banner.rosters[key] if row.status.registered]
        waiting = [row for row in standing if not ((entry := entry_of(self._banner, row)) and entry.rolled)]
        return JSONResponse({"event": operation.described(), "rolled": len(rolled), "waiting": len(waiting)})

    def _lock(self, body: Json, _request: Request) -> Response:
        times = body.get("times", 1)
        if not isinstance(times, int) or times < 0:
            raise BadRequestError("times must be zero or more.")
        row = self._registration(body)
        self._banner.locks[row.guid] = times
        return JSONResponse({"locked": times})

    def _set_practice(self, body: Json, _request: Request) -> Response:
        banner = self._banner
        for name, value in body.items():
            if name not in PRACTICES or not isinstance(value, bool):
                raise BadRequestError(f"Give true or false for {' or '.join(PRACTICES)}.")
            setattr(banner, PRACTICES[name], value)
        return JSONResponse({name: getattr(banner, attribute) for name, attribute in PRACTICES.items()})

    def _do(self, kind: Kind, person: Person, keys: tuple[SectionKey, ...], detail: Mapping[str, str]) -> Response:
        operation = Operation(self._banner.clock.now(), kind, person.guid, keys, detail=detail)
        apply_operation(self._banner, operation)
        return JSONResponse({"event": operation.described()})

    def _person(self, body: Json) -> Person:
        banner_id = _text(body, "bannerId")
        for person in self._banner.persons.values():
            if person.banner_id == banner_id:
                return person
        raise BadRequestError(f"Nobody has the Banner id {banner_id}.")

    def _section(self, body: Json) -> SectionKey:
        key = SectionKey(_text(body, "term"), _text(body, "crn"))
        if key not in self._banner.sections:
            raise BadRequestError(f"There is no CRN {key.crn} in {key.term}.")
        return key

    def _registration(self, body: Json) -> Registration:
        row = self._banner.registration(self._person(body).guid, self._section(body))
        if row is None:
            raise BadRequestError("The person never registered in that section.")
        return row

    def _linked(self, key: SectionKey) -> list[SectionKey]:
        lecture = self._banner.sections[key].primary or key
        return [lecture, *self._banner.labs.get(lecture, ())]


PRACTICES = {
    "refusesWith200": "refuses_with_200",
    "withdrawalsNeedOwnProcess": "withdrawals_need_own_process",
}
"""Habits of the tenant that can be set."""


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise BadRequestError(f"Give {name} as text.")
    return value


def _stated_day(body: Json) -> dict[str, str]:
    if "on" not in body:
        return {}
    try:
        return {"on": date.fromisoformat(_text(body, "on")).isoformat()}
    except ValueError as error:
        raise BadRequestError("on must be a date such as 2026-09-21.") from error
