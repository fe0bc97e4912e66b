"""The settings of the tool that the LMS opens inside a course (LTI 1.3): whose launches count, who may frame it."""

import re
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from graphs.setting_groups import Part

_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d+)?|http://(127\.0\.0\.1|localhost)(:\d+)?")
_LOCAL = ("127.0.0.1", "localhost")


class LtiSettings(Part):
    """The learning path inside a course of the LMS (S96); off while no client id is set."""

    client_id: str = Field(
        default="", description="Client id of the developer key in the LMS, which launches are made for; empty for off."
    )
    deployment_ids: tuple[str, ...] = Field(
        default=(), description="Deployments whose launches count; needed with a client id."
    )
    issuer: str = Field(
        default="https://canvas.instructure.com",
        description="Issuer that launches name; that of Canvas is the same whatever the address of the instance.",
    )
    authorization_url: str = Field(
        default="https://sso.canvaslms.com/api/lti/authorize_redirect",
        description="Address of the LMS to which a launch is sent to be vouched for.",
    )
    jwks_url: str = Field(
        default="https://sso.canvaslms.com/api/lti/security/jwks",
        description="Address of the keys that the LMS signs launches with.",
    )
    frame_ancestors: tuple[str, ...] = Field(
        default=(),
        description="Origins of the LMS that may show the page in a frame, such as https://canvas.example.edu; "
        "without one it opens in a tab of its own only.",
    )
    keys_minutes: int = Field(default=60, ge=1, description="Minutes that fetched keys are used before a new look.")
    launches_per_minute: int = Field(
        default=600, ge=1, description="Launches from one address in a minute; a whole campus may share one address."
    )
    person_per_minute: int = Field(default=10, ge=1, description="Launches of one student in a minute.")

    @field_validator("authorization_url", "jwks_url")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOCAL:
            raise ValueError("it must be an https address")
        return url

    @field_validator("frame_ancestors")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        """Take whole origins only: a wildcard would let every customer of a hosted LMS frame the page."""
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is not an origin such as https://canvas.example.edu")
        return origins

    @model_validator(mode="after")
    def _deployed(self) -> Self:
        if self.client_id and not self.deployment_ids:
            raise ValueError("with a client_id, deployment_ids must name whose launches count")
        return self
