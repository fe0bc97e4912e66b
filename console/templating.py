"""Turns templates into pages: the frame every page shares, the static files by content, and the words of values.

Nothing is ever written inline: the pages are served under a policy that runs no script and no style of a page's own.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from console import charts, ledger_words, wording
from console.menu import menu_for
from console.visiting import Visitor, provost_of
from domain.ids import RecordHandle
from governance.records_named import person_of
from graphs.desks.names import Named
from graphs.desks.sync_board import MOVERS

STATIC = Path(__file__).parent / "static"
_HASH_LENGTH = 10


def show(
    request: Request,
    visitor: Visitor,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """Return a page of the console for who is signed in; ``values`` are what its template names."""
    provost = provost_of(request)
    frame = {
        "visitor": visitor,
        "auditor": bool(visitor.principal.roles & set(MOVERS)),
        "menu": menu_for(visitor.principal, request.url.path),
        "zone": provost.institution.zone,
        "now": provost.clock.now(),
        "institution": provost.institution.name,
    }
    text = environment().get_template(template).render(**frame, **values)
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store", **(headers or {})})


def show_bare(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page that nobody needs to be signed in for."""
    text = environment().get_template(template).render(visitor=None, menu=(), **values)
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})


def fragment(template: str, visitor: Visitor, **values: object) -> str:
    """Return a piece of a page, for what arrives while a page stands open."""
    return environment().get_template(template).render(visitor=visitor, **values)


@cache
def environment() -> Environment:
    """Return the templates with the words they use; an unknown name in a template is an error."""
    made = Environment(
        loader=PackageLoader("console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(static=static_path, charts=charts, words=wording, ledger=ledger_words)
    made.filters.update(
        plain=wording.plain,
        counted=wording.counted,
        when=_when,
        day=_day,
        left=_left,
        person=_person,
        typed=_typed,
        role=wording.role,
        person_of=person_of,
        kind=wording.kind_words,
    )
    return made


@cache
def static_path(name: str) -> str:
    """Return the address of a static file, which changes with its content so that it may be kept for good."""
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]}"


@pass_context
def _when(context: Context, moment: datetime) -> str:
    return wording.word_moment(moment, context["zone"], context["now"])


@pass_context
def _day(context: Context, moment: datetime) -> str:
    return wording.word_day(moment.astimezone(context["zone"]).date())


@pass_context
def _left(context: Context, moment: datetime) -> str:
    return wording.word_left(moment - context["now"])


@pass_context
def _typed(context: Context, words: object) -> object:
    """Return words that somebody typed as the reader's room may see them (F97)."""
    visitor: Visitor = context["visitor"]
    return wording.word_typed(words, blurred=visitor.blurred)


@pass_context
def _person(
    context: Context, person: RecordHandle, names: Mapping[RecordHandle, Named] | None = None
) -> dict[str, Any]:
    """Return how a page names somebody: label, SIS id, and whether a name is withheld from the room (F97)."""
    visitor: Visitor = context["visitor"]
    return wording.word_person(person, (names or {}).get(person), blurred=visitor.blurred)
