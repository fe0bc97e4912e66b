"""One call as an endpoint sees it, and the reply it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.canvas.refusals import Json
from simulator.canvas.state import CanvasState
from simulator.canvas.wire.params import Params
from simulator.canvas.wire.tokens import AccessToken


@dataclass(slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes


@dataclass(slots=True, kw_only=True)
class Call:
    """What was asked: `slots` are the unescaped ids of the path, `origin` the scheme and host the client used."""

    state: CanvasState
    token: AccessToken
    method: str
    origin: str
    path: str
    query: list[tuple[str, str]]
    slots: Mapping[str, str]
    params: Params
    upload: Upload | None = None
    max_per_page: int = 100
    swallowed: bool = False


@dataclass(slots=True)
class Reply:
    """What is answered: a JSON document, or the bytes of a file under its own type; a status and further headers."""

    body: Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    content_type: str = ""
