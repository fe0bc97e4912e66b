"""The addresses that webhooks are sent to: verify, keep, acknowledge, in that order and nothing more (S154, S155)."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field

from domain.request_errors import RequestUnreadable, SignatureRefused, UnknownAddress
from graphs.web_settings import HookSettings, Sender
from service.hook_signatures import verify, webhook_of
from service.web.hooks.live_events import LiveEvents
from service.web.permissions import SignatureOnly
from service.web.published_keys import PublishedKeys, read_key_set
from store.clock import SYSTEM_CLOCK
from store.hooks import HookInbox, Kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphs.assembly import Provost

router = APIRouter(prefix="/hooks", include_in_schema=False)
CANVAS = "canvas"
KINDS = ("grade.posted", "student.at_risk")


class Taken(BaseModel):
    """What happened to an event: kept, or known already."""

    state: str = Field(description="kept, or known where the id came before.")


@dataclass(frozen=True)
class Hooks:
    """What the addresses need: where events are kept, whose count, and who is told that one is there."""

    inbox: HookInbox
    settings: HookSettings
    live: LiveEvents | None
    wake: "Callable[[], None]"

    def keep(self, event: Kept) -> Taken:
        """Keep an event and wake whoever hands it on."""
        fresh = self.inbox.keep(event)
        if fresh:
            self.wake()
        return Taken(state="kept" if fresh else "known")


def open_hooks(provost: "Provost", wake: "Callable[[], None]") -> Hooks:
    """Return what the addresses of an installation need; ConfigurationError for a secret that cannot be used."""
    settings = provost.settings.hooks
    for sender in settings.senders:
        for secret in sender.secrets:
            webhook_of(secret)
    keys = PublishedKeys(lambda: _fetch(provost), settings.keys_minutes)
    live = LiveEvents(settings, keys) if settings.canvas_jwks_url else None
    return Hooks(HookInbox(provost.database, provost.keyring), settings, live, wake)


def hooks_of(request: Request) -> Hooks:
    """Return what the addresses need."""
    hooks: Hooks = request.app.state.hooks
    return hooks


Here = Annotated[Hooks, Depends(hooks_of)]


@router.post("/canvas", dependencies=[Depends(SignatureOnly("jwt"))])
def take_live_event(request: Request, hooks: Here) -> Taken:
    """Take one Canvas Live Event."""
    if hooks.live is None:
        raise UnknownAddress("Live Events are not taken here.", field="hooks.canvas_jwks_url", fix="Set it.")
    event = hooks.live.read(_body(request), SYSTEM_CLOCK.now())
    return hooks.keep(Kept(CANVAS, event.id, f"{CANVAS}:{event.name}", event.body))


@router.post("/from/{sender}", dependencies=[Depends(SignatureOnly("hmac"))])
def take_signed(request: Request, sender: Annotated[str, Path(max_length=60)], hooks: Here) -> Taken:
    """Take one event of a sender that the settings name."""
    known = next((one for one in hooks.settings.senders if one.name == sender), None)
    if known is None:
        raise SignatureRefused("There is no such sender.", field="sender", fix="Name it in hooks.senders.")
    body = _body(request)
    event = verify(request.headers, body, known.secrets, SYSTEM_CLOCK.now())
    return hooks.keep(Kept(f"from:{sender}", event, _kind(body, known), body.decode()))


def _kind(body: bytes, sender: Sender) -> str:
    """Return which event a body is; raises RequestUnreadable for what this sender does not send."""
    said = _json(body)
    kind = said.get("type") if isinstance(said, dict) else None
    if kind not in sender.kinds or kind not in KINDS or not isinstance(said.get("data"), dict):
        fix = "Send type and data; the settings name the types of each sender."
        raise RequestUnreadable("This sender does not send such events.", field="type", fix=fix)
    return str(kind)


def _json(body: bytes) -> Any:  # noqa: ANN401 whatever was sent
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise RequestUnreadable("The body is not JSON.", field="body", fix="Send JSON.") from None


def _body(request: Request) -> bytes:
    body: bytes = request.scope.get("provost.body", b"")
    return body


def _fetch(provost: "Provost") -> Any:  # noqa: ANN401 a document of the sender's
    from graphs.connections import fetch_public

    return read_key_set(fetch_public(provost.settings, provost.settings.hooks.canvas_jwks_url), "hooks.canvas_jwks_url")
