"""The groups of settings: one class for each table of ``provost.toml``, put together in ``graphs.settings``."""

from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

CanvasUse = Literal["read", "write"]


class Part(BaseModel):
    """Base of one group of settings: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BannerSettings(Part):
    """How to reach Banner through Ethos; reading and writing are applications of their own (S222, S223)."""

    url: str = Field(
        default="", description="Base URL of Ethos Integration, such as https://integrate.elluciancloud.com."
    )
    read_key: SecretStr = Field(
        default=SecretStr(""), description="API key of an Ethos application that may only read."
    )
    write_key: SecretStr = Field(
        default=SecretStr(""),
        description="API key of another Ethos application that may submit grades; loaded only where the policy has "
        "brought grades to phase 3.",
    )
    requests_per_second: float = Field(
        default=0.0,
        ge=0,
        description="Most requests a second, on PostgreSQL by all workers together; 0 for no limit of ours.",
    )
    dialect_file: Path | None = Field(
        default=None,
        description="YAML file with this tenant's spellings where they differ; docs/connectors.md lists the keys.",
    )

    @property
    def may_write(self) -> bool:
        """Whether the key of the writing application is set (S223)."""
        return bool(self.write_key.get_secret_value())


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
    requests_per_second: float = Field(
        default=0.0,
        ge=0,
        description="Most requests a second, on PostgreSQL by all workers together; 0 for what Canvas itself allows.",
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


class OperationsSettings(Part):
    """How an operator sees whether the work flows, and who is told where it does not."""

    port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="Port on loopback at which a worker shows health and metrics; 0 for none, unique per worker.",
    )
    otlp_endpoint: str = Field(
        default="",
        description="Address of an OpenTelemetry collector (OTLP over HTTP), such as http://127.0.0.1:4318/v1/traces; "
        "empty for no traces. Traces hold run ids and numbers, never content.",
    )
    silence_hours: int = Field(
        default=6,
        ge=0,
        description="Hours without an event in a running term after which staff are told; 0 for never.",
    )
    drain_seconds: int = Field(
        default=60, ge=1, description="Seconds a worker that was told to stop gives its runs to end their step."
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
    url: str = Field(
        default="",
        description="Address of the provost serve that has the folder open; a worker with it asks there. Empty opens "
        "the folder here.",
    )
    token: SecretStr = Field(
        default=SecretStr(""), description="Service token with the scope knowledge:search, for that address."
    )
    note_days: int = Field(default=365, ge=1, description="Days a shared note is kept after it was last changed.")


class RetentionSettings(Part):
    """How long what finished runs leave behind is kept; the ledger is kept for good."""

    finished_run_days: int = Field(
        default=0,
        ge=0,
        description="Days after which `provost prune` removes what a finished run left behind; 0 removes nothing.",
    )


class PrivacySettings(Part):
    """How text is scrubbed before it may leave, and how long codes can be turned back (S229, S230)."""

    engine: str = Field(
        default="no_op",
        description="Language model beside our own recognizers: no_op for none, spacy:MODEL, "
        "or transformers:SPACY_MODEL:FOLDER; it must lie on this machine.",
    )
    directory_hours: int = Field(
        default=36, ge=1, description="Hours after which the directory of people is too old for any text to leave."
    )
    conversation_days: int = Field(
        default=30, ge=1, description="Days after its beginning in which the codes of a conversation can be restored."
    )
