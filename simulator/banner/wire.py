"""The bits of Ethos's wire that every resource shares: versioned media types, references and error bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from starlette.responses import JSONResponse

Json = dict[str, object]
ERRORS_MEDIA_TYPE = "application/vnd.hedtech.integration.errors.v2+json"
MAX_PAGE_SIZE = 500
_VERSIONED = re.compile(r"application/vnd\.hedtech\.integration\.v(\d+)(?:\.(\d+)\.(\d+))?\+json")
_FAMILY = re.compile(r"application/vnd\.hedtech\.integration\.(?!v\d)([a-z-]+)\.(?=v\d)")
_ANY = ("", "*/*", "application/*", "application/json")


class HasGuid(Protocol):
    """A row that Ethos can name."""

    @property
    def guid(self) -> str:
        """The row's GUID."""


class EthosError(Exception):
    """A refusal in Ethos's own error body; some arrive with status 200."""

    def __init__(self, status: int, code: str, message: str, description: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.description = description or message

    def to_response(self) -> JSONResponse:
        """The refusal on the wire."""
        error = {"code": self.code, "description": self.description, "message": self.message}
        return JSONResponse({"errors": [error]}, status_code=self.status, headers={"content-type": ERRORS_MEDIA_TYPE})


class Version(NamedTuple):
    """A resource version."""

    major: int
    minor: int = 0
    patch: int = 0

    @property
    def media_type(self) -> str:
        """The full media type of this version."""
        return f"application/vnd.hedtech.integration.v{self.major}.{self.minor}.{self.patch}+json"


def negotiate(asked: str, offered: Sequence[Version]) -> Version:
    """The version a media type asks for: exactly, by major number, or the newest; 406 for one not offered."""
    for part in asked.split(","):
        wanted = part.split(";")[0].strip().lower()
        if wanted in _ANY:
            return offered[-1]
        found = _VERSIONED.fullmatch(wanted)
        if found is None:
            continue
        major, minor, patch = found.groups()
        for version in reversed(offered):
            exact = version == (int(major), int(minor or 0), int(patch or 0))
            if exact or (minor is None and version.major == int(major)):
                return version
    raise EthosError(406, "Global.UnsupportedMediaType", f"The media type {asked!r} is not offered here.")


def family_of(media_type: str) -> str:
    """The family that a media type names before its version, such as that of submissions; blank for none."""
    found = _FAMILY.match(media_type.strip().lower())
    return found.group(1) if found else ""


def without_family(media_type: str) -> str:
    """The media type by its version alone."""
    return _FAMILY.sub("application/vnd.hedtech.integration.", media_type.strip().lower(), count=1)


def reference(guid: str) -> Json:
    """A reference to another record."""
    return {"id": guid}


def without_blanks(record: Mapping[str, object]) -> Json:
    """A record without the properties it does not have."""
    return {name: value for name, value in record.items() if value is not None}
