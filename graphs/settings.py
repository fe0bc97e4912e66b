"""What the operator sets: from ``provost.toml`` and ``PROVOST_*``, the environment winning over the file.

Every key has a description, and docs/reference/settings.md lists each of them; a test fails when one is missing.
Secrets are never printed.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from domain.errors import ConfigurationError

CanvasUse = Literal["read", "write"]
DEMO_SETTINGS = Path(".provost/demo/provost.toml")
_NAMED: ContextVar[Path | None] = ContextVar("settings file", default=None)


class Part(BaseModel):
    """Base of one group of settings: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BannerSettings(Part):
    """How to reach Banner through Ethos; the key may only read."""

    url: str = Field(
        default="", description="Base URL of Ethos Integration, such as https://integrate.elluciancloud.com."
    )
    read_key: SecretStr = Field(
        default=SecretStr(""), description="API key of an Ethos application that may only read."
    )
    dialect_file: Path | None = Field(
        default=None,
        description="YAML file with this tenant's spellings where they differ; docs/connectors.md lists the keys.",
    )


class CanvasSettings(Part):
    """How to reach Canvas; reading and writing have credentials of their own (S222, S223)."""

    url: str = Field(default="", description="Base URL of the Canvas instance.")
    account: str = Field(default="1", description="Root account id, under which SIS imports run.")
    read_token: SecretStr = Field(default=SecretStr(""), description="Access token that may only read.")
    write_token: SecretStr = Field(
        default=SecretStr(""), description="Access token for writes; loaded only where the policy has reached phase 3."
    )
    client_id: str = Field(default="", description="Id of the developer key that the refresh tokens were granted to.")
    client_secret: SecretStr = Field(default=SecretStr(""), description="Secret of that developer key.")
    read_refresh_token: SecretStr = Field(
        default=SecretStr(""), description="Refresh token that may only read; used in place of read_token."
    )
    write_refresh_token: SecretStr = Field(
        default=SecretStr(""), description="Refresh token for writes; used in place of write_token, under its terms."
    )
    page_size: int = Field(default=100, ge=1, le=100, description="Rows asked for per page.")
    file_hosts: tuple[str, ...] = Field(
        default=(),
        description="Hosts, with their subdomains, on which Canvas keeps the bytes of files; others are not followed.",
    )
    import_look_seconds: float = Field(
        default=1.0,
        gt=0,
        description="Seconds before a running SIS import is looked at again; grows by half each time.",
    )

    def credential(self, use: CanvasUse) -> tuple[SecretStr, SecretStr]:
        """Return the access token and the refresh token for reading or for writing; either may be empty."""
        if use == "read":
            return self.read_token, self.read_refresh_token
        return self.write_token, self.write_refresh_token

    def may(self, use: CanvasUse) -> bool:
        """Tell whether a credential for reading or for writing is set (S223)."""
        return any(secret.get_secret_value() for secret in self.credential(use))


class OneRosterSettings(Part):
    """Where OneRoster bundles arrive; used in place of Banner where no Banner URL is set."""

    folder: Path | None = Field(default=None, description="Folder or zip file of a OneRoster 1.1 or 1.2 CSV bundle.")
    dialect_file: Path | None = Field(
        default=None,
        description="YAML file with this campus's columns where they differ; docs/connectors.md lists the keys.",
    )
    sftp_host: str = Field(default="", description="SFTP host that offers the bundle; empty for none.")
    sftp_port: int = Field(default=22, description="SFTP port.")
    sftp_user: str = Field(default="", description="SFTP user name.")
    sftp_key_file: Path | None = Field(default=None, description="Private key file for SFTP.")
    sftp_known_hosts: Path | None = Field(
        default=None, description="Known-hosts file; without it the connection is refused."
    )
    sftp_path: str = Field(default="", description="Path of the bundle on the SFTP host.")


class TlsSettings(Part):
    """Transport security of outgoing calls (S225)."""

    ca_file: Path | None = Field(default=None, description="Certificate authorities to trust in place of the system's.")
    waiver: str = Field(
        default="",
        description="Exception to TLS 1.3, as 'host: reason, approved by NAME, until YYYY-MM-DD'.",
    )


class ModelSettings(Part):
    """Which model may be asked, and under which terms; without an address answers are offline (R22)."""

    provider: str = Field(default="", description="The provider's name on record; the address's host where empty.")
    base_url: str = Field(
        default="",
        description="Base URL of an OpenAI-compatible endpoint, such as https://models.example.edu/v1; empty for none.",
    )
    api_key: SecretStr = Field(default=SecretStr(""), description="Key for the model endpoint.")
    model: str = Field(default="", description="Name of the chat model.")
    embedding_model: str = Field(default="", description="Name of the embedding model; empty for our own, offline one.")
    contract: bool = Field(
        default=False,
        description="Whether a contract makes the provider a school official: direct control, no redisclosure, no "
        "training use. Without it only text that our own code composed goes out.",
    )
    local: bool = Field(default=False, description="Whether the model runs on the institution's own machines.")
    local_opened: bool = Field(
        default=False, description="Whether a local model may get coded free text without a contract."
    )
    tracing_allowed: bool = Field(
        default=False,
        description="Whether LANGSMITH_ and LANGCHAIN_ variables may send coded prompts and graph state elsewhere.",
    )
    timeout_seconds: float = Field(default=30.0, gt=0, le=600, description="Seconds before a model call is given up.")
    max_retries: int = Field(default=2, ge=0, le=5, description="Further tries after a failure that may pass.")
    input_price: Decimal = Field(default=Decimal(0), ge=0, description="Price per million tokens sent.")
    output_price: Decimal = Field(default=Decimal(0), ge=0, description="Price per million tokens answered.")
    currency: str = Field(default="USD", description="Currency of the prices.")
    confidence_floor: float = Field(
        default=0.7, ge=0.7, le=1, description="Least confidence at which a model's label is shown; 0.7 or more."
    )
    classify_at_most: int = Field(
        default=200, ge=0, description="Most leftovers a model is asked about in one run; the rest stay plain tickets."
    )


class NoticeSettings(Part):
    """Who hears of failed runs and doubtful data (S57 to S59)."""

    recipients: tuple[str, ...] = Field(
        default=(), description="SIS ids of the staff told of failures, once per problem and day."
    )


class KnowledgeSettings(Part):
    """The knowledge base: what it holds, how it is searched, how long notes stay (S147, S227)."""

    tenant: str = Field(
        default="campus",
        pattern=r"^[a-z0-9][a-z0-9-]{0,40}$",
        description="Name under which this institution's texts are kept apart from any other's.",
    )
    folder: Path | None = Field(default=None, description="Folder of the vectors; empty means home/knowledge.")
    embedding: Literal["hashing", "model"] = Field(
        default="hashing",
        description="What turns text into vectors: our own hashing, or the embedding model of the model door.",
    )
    published_contacts: tuple[str, ...] = Field(
        default=(),
        description="Addresses and numbers of offices that may stand in a text exactly so, such as registrar@uni.edu.",
    )
    note_days: int = Field(default=365, ge=1, description="Days a shared note is kept after it was last changed.")


class RetentionSettings(Part):
    """How long what finished runs leave behind is kept; the ledger is kept for good."""

    finished_run_days: int = Field(
        default=0,
        ge=0,
        description="Days after which `provost prune` removes what a finished run left behind; 0 removes nothing.",
    )


def settings_file() -> Path:
    """Return the settings file in force: ``provost.toml`` here, else the one the last demonstration left."""
    own = Path("provost.toml")
    return own if own.exists() else DEMO_SETTINGS


class Settings(BaseSettings):
    """All settings of one installation."""

    model_config = SettingsConfigDict(env_prefix="PROVOST_", env_nested_delimiter="__", extra="forbid", frozen=True)

    home: Path = Field(default=Path(".provost"), description="Folder for the database, keys and working files.")
    database_url: str = Field(default="", description="Database; empty means SQLite under home.")
    checkpoint_folder: Path | None = Field(
        default=None,
        description="Folder outside the database for signed ledger checkpoints; empty means home/checkpoints.",
    )
    policy_file: Path = Field(
        default=Path("provost.policy.yaml"), description="The policy: who may do what, up to which limits."
    )
    institution_file: Path = Field(
        default=Path("institution.yaml"), description="The institution's calendars, codes and templates."
    )
    scope_file: Path = Field(
        default=Path("provost.scope.yaml"),
        description="The systems and fields in scope; nothing is read without it (S219).",
    )
    access_file: Path = Field(
        default=Path("provost.access.yaml"), description="Who may see which fields of whom (S260)."
    )
    banner: BannerSettings = Field(default=BannerSettings(), description="Banner through Ethos.")
    canvas: CanvasSettings = Field(default=CanvasSettings(), description="Canvas.")
    oneroster: OneRosterSettings = Field(default=OneRosterSettings(), description="OneRoster bundles.")
    tls: TlsSettings = Field(default=TlsSettings(), description="Transport security.")
    model: ModelSettings = Field(default=ModelSettings(), description="Models.")
    notices: NoticeSettings = Field(default=NoticeSettings(), description="Failure notices.")
    knowledge: KnowledgeSettings = Field(default=KnowledgeSettings(), description="The knowledge base.")
    retention: RetentionSettings = Field(default=RetentionSettings(), description="Retention.")
    clock_offset_seconds: float = Field(
        default=0.0,
        description="Seconds added to the clock to get campus time; not zero only in demonstrations and tests.",
    )
    nightly: str = Field(
        default="15 2 * * *", description="When the nightly reconcile runs, as a cron line in the institution's zone."
    )
    poll_seconds: float = Field(
        default=5.0, gt=0, description="Seconds between looks at the change-notification queue."
    )
    worker_slot: str = Field(
        default="slot-1", description="Name of this worker's slot; stable across restarts, unique per worker."
    )
    log_format: Literal["console", "json"] = Field(default="console", description="How log lines look.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="Least severe level that is logged."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 named by the base class
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments first, then the environment, then secret files, then the settings file."""
        toml = TomlConfigSettingsSource(settings_cls, toml_file=_NAMED.get() or settings_file())
        return (init_settings, env_settings, file_secret_settings, toml)

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{(self.home / 'provost.db').resolve()}"

    @property
    def knowledge_folder(self) -> Path:
        """The folder of the knowledge base's vectors."""
        return self.knowledge.folder or self.home / "knowledge"

    @property
    def checkpoints(self) -> Path:
        """The folder of the ledger's outside checkpoints."""
        return self.checkpoint_folder or self.home / "checkpoints"


class CampusClock:
    """The time on campus: the system's, moved by an offset where a demonstration plays in another season."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self._offset = timedelta(seconds=offset_seconds)

    def now(self) -> datetime:
        """Return the aware present moment."""
        return datetime.now(UTC) + self._offset


def load_settings(file: Path | None = None, **overrides: object) -> Settings:
    """Read the settings, from ``file`` alone where one is given, naming the key and the fix where one is wrong.

    ``overrides`` win, key by key, over the environment and the file. Raises ConfigurationError for a file that is not
    there or not TOML, an unknown key or a bad value.
    """
    given: dict[str, Any] = dict(overrides)
    try:
        with _reading(file):
            return Settings(**given)
    except (OSError, tomllib.TOMLDecodeError) as broken:
        fix = "Name a TOML file that can be read; docs/settings.md lists every key."
        raise ConfigurationError(f"The settings cannot be read: {broken}.", field="settings", fix=fix) from broken
    except ValidationError as invalid:
        first = invalid.errors()[0]
        raise ConfigurationError(
            f"A setting is not valid: {first['msg']}.",
            field=".".join(str(part) for part in first["loc"]),
            fix="Correct it in provost.toml or the environment; docs/reference/settings.md lists every key.",
        ) from None


@contextmanager
def _reading(file: Path | None) -> Iterator[None]:
    """Let the settings file be this one alone, apart from any other that the working folder holds."""
    if file is not None and not file.is_file():
        raise FileNotFoundError(f"there is no file {file}")
    token = _NAMED.set(file)
    try:
        yield
    finally:
        _NAMED.reset(token)
