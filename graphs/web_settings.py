"""The settings of ``provost serve``: where it listens, who may sign in and how, and whose webhooks count."""

from typing import Literal

from pydantic import Field, IPvAnyNetwork, SecretStr

from graphs.setting_groups import Part


class WebSettings(Part):
    """Where the console and the interface for programs are served, and how people sign in."""

    host: str = Field(default="127.0.0.1", description="Address that provost serve listens on.")
    port: int = Field(default=8350, ge=0, le=65535, description="Port that provost serve listens on; 0 takes any.")
    public_url: str = Field(
        default="",
        description="Address under which people reach the console, such as https://provost.example.edu; empty for the "
        "address that is listened on. Outside loopback it must be https.",
    )
    trusted_proxies: tuple[IPvAnyNetwork, ...] = Field(
        default=(),
        description="Addresses or networks of the proxies in front; whom their X-Forwarded-For names, limits count.",
    )
    session_hours: float = Field(default=8.0, gt=0, le=24, description="Hours after which a person signs in again.")
    idle_minutes: int = Field(default=60, ge=1, description="Minutes without a request after which a session ends.")
    development_sign_in: bool = Field(
        default=False,
        description="Whether demonstration identities can be chosen without a password; refused outside loopback.",
    )
    oidc_issuer: str = Field(default="", description="Issuer of the institution's OpenID provider; empty for none.")
    oidc_client_id: str = Field(default="", description="Client id that the provider gave this installation.")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="Secret of that client.")
    oidc_scopes: str = Field(default="openid email", description="Scopes that are asked for, separated by spaces.")
    oidc_principal_claim: Literal["sub", "email", "preferred_username"] = Field(
        default="email",
        description="Claim that must equal a principal's id; an email counts only where the provider verified it.",
    )
    oidc_roles_claim: str = Field(
        default="", description="Claim whose values give roles; empty, the default, takes no role from the provider."
    )
    oidc_roles: dict[str, str] = Field(
        default={}, description="Which value of that claim gives which role; a value that is not named gives none."
    )
    oidc_person_claim: str = Field(
        default="", description="Claim that holds the SIS id of the person; needed for whoever has roles from claims."
    )
    sign_in_per_minute: int = Field(default=10, ge=1, description="Attempts to sign in from one address in a minute.")
    chat_per_minute: int = Field(default=20, ge=1, description="Questions that one principal may ask in a minute.")
    api_per_minute: int = Field(
        default=300, ge=1, description="Other requests that one principal may make in a minute."
    )
    hook_per_minute: int = Field(default=6000, ge=1, description="Webhooks taken from one address in a minute.")
    most_bytes: int = Field(default=1_048_576, ge=1024, description="Largest body of a request, in bytes.")


class Sender(Part):
    """A system whose signed webhooks are taken."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$", description="Name of the sender, part of its address.")
    secrets: tuple[SecretStr, ...] = Field(
        min_length=1, description="Secrets that count, whsec_ and base64; two while one is being replaced."
    )
    kinds: tuple[str, ...] = Field(min_length=1, description="Events it may send: grade.posted, student.at_risk.")


class Receiver(Part):
    """A system that is told of events."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$", description="Name of the receiver, as on record.")
    url: str = Field(description="Address that is called, https.")
    secret: SecretStr = Field(description="Secret that its calls are signed with, whsec_ and base64.")
    kinds: tuple[str, ...] = Field(min_length=1, description="Events it is told of: grade.posted, student.at_risk.")
    scopes: tuple[str, ...] = Field(
        default=(), description="What may be told beyond record handles: person:sis_id, or nothing."
    )


class HookSettings(Part):
    """Webhooks that come in and go out (S154, S155)."""

    canvas_jwks_url: str = Field(
        default="", description="Address of the keys that Canvas Live Events are signed with; empty takes none."
    )
    canvas_algorithms: tuple[str, ...] = Field(
        default=("RS256",), description="Signatures that count for Live Events; never none, never a shared secret."
    )
    canvas_issuer: str = Field(default="", description="Issuer that every event must name; empty asks for none.")
    canvas_audience: str = Field(default="", description="Audience that every event must name; empty asks for none.")
    canvas_accounts: tuple[str, ...] = Field(
        default=(), description="Root account ids whose events are ours; empty takes those of any account."
    )
    keys_minutes: int = Field(default=60, ge=1, description="Minutes that fetched keys are used before a new look.")
    senders: tuple[Sender, ...] = Field(default=(), description="Systems whose signed JSON is taken.")
    receivers: tuple[Receiver, ...] = Field(default=(), description="Systems that are told of events.")
    most_bytes: int = Field(default=262_144, ge=1024, description="Largest body of a webhook, in bytes.")
    keep_days: int = Field(default=30, ge=1, description="Days that ids are kept, so that a replay is known as one.")
    gather_seconds: int = Field(
        default=300,
        ge=0,
        description="Seconds that an event about a student waits for others of the class, to be looked at in one run.",
    )
