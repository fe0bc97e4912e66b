"""What the operator sets: from ``provost.toml`` and ``PROVOST_*``, the environment winning over the file.

Every key has a description, and docs/reference/settings.md lists each of them; a test fails when one is missing.
Secrets are never printed.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from domain.errors import ConfigurationError
from graphs.lti_settings import LtiSettings
from graphs.setting_groups import (
    BannerSettings,
    CanvasSettings,
    KnowledgeSettings,
    ModelSettings,
    NoticeSettings,
    OneRosterSettings,
    OperationsSettings,
    PrivacySettings,
    RetentionSettings,
    TlsSettings,
)
from graphs.web_settings import HookSettings, WebSettings

DEMO_SETTINGS = Path(".provost/demo/provost.toml")
_NAMED: ContextVar[Path | None] = ContextVar("settings file", default=None)


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
    drop_policy_file: Path | None = Field(
        default=None,
        description="The drop and withdrawal policy; empty for none, and then every statement goes to a person.",
    )
    alerts_file: Path = Field(
        default=Path("provost.alerts.yaml"), description="How alerts are raised and where they go (S213)."
    )
    notes_file: Path | None = Field(
        default=None, description="Advising notes, JSON lines, looked through for words of distress (R131)."
    )
    banner: BannerSettings = Field(default=BannerSettings(), description="Banner through Ethos.")
    canvas: CanvasSettings = Field(default=CanvasSettings(), description="Canvas.")
    oneroster: OneRosterSettings = Field(default=OneRosterSettings(), description="OneRoster bundles.")
    tls: TlsSettings = Field(default=TlsSettings(), description="Transport security.")
    model: ModelSettings = Field(default=ModelSettings(), description="Models.")
    notices: NoticeSettings = Field(default=NoticeSettings(), description="Failure notices.")
    operations: OperationsSettings = Field(default=OperationsSettings(), description="Seeing whether the work flows.")
    privacy: PrivacySettings = Field(default=PrivacySettings(), description="The privacy boundary.")
    knowledge: KnowledgeSettings = Field(default=KnowledgeSettings(), description="The knowledge base.")
    retention: RetentionSettings = Field(default=RetentionSettings(), description="Retention.")
    web: WebSettings = Field(default=WebSettings(), description="The console, the interface for programs, sign-in.")
    hooks: HookSettings = Field(default=HookSettings(), description="Webhooks that come in and go out.")
    lti: LtiSettings = Field(default=LtiSettings(), description="The learning path inside a course of the LMS.")
    clock_offset_seconds: float = Field(
        default=0.0,
        description="Seconds added to the clock to get campus time; not zero only in demonstrations and tests.",
    )
    nightly: str = Field(
        default="15 2 * * *", description="When the nightly reconcile runs, as a cron line in the institution's zone."
    )
    weekly: str = Field(
        default="45 4 * * 1", description="When course insights are written, as a cron line in the institution's zone."
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
