"""Transport security: TLS 1.3 or nothing, unless someone put their name to an exception (S225)."""

import ssl
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import ConfigurationError, TlsTooOld


class TlsWaiver(BaseModel):
    """A recorded permission to speak TLS 1.2 with one host until a day; it is an exception, never a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(description="Host the exception holds for.")
    reason: str = Field(min_length=1, description="Why that system cannot speak TLS 1.3.")
    approved_by: str = Field(min_length=1, description="Who answers for it.")
    expires_on: date = Field(description="Last day it holds.")


class TlsPolicy(BaseModel):
    """Which certificates are trusted and which protocol versions are spoken; shown by ``provost doctor``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ca_file: Path | None = Field(default=None, description="PEM file of the trusted authority; the system's otherwise.")
    waiver: TlsWaiver | None = Field(default=None, description="Recorded exception to TLS 1.3.")

    def floor(self, host: str, today: date | None = None) -> ssl.TLSVersion:
        """Return the lowest version spoken with ``host``: TLS 1.3, or 1.2 under a waiver; TlsTooOld once it expired."""
        if self.waiver is None or self.waiver.host != host:
            return ssl.TLSVersion.TLSv1_3
        if (today or datetime.now(UTC).date()) > self.waiver.expires_on:
            raise TlsTooOld(
                f"The TLS waiver for {host} expired on {self.waiver.expires_on.isoformat()}.",
                field="tls.waiver.expires_on",
                fix="Upgrade that system to TLS 1.3 or have the waiver renewed.",
            )
        return ssl.TLSVersion.TLSv1_2

    def context(self, host: str) -> ssl.SSLContext:
        """Build the context for ``host``, certificates and host name checked; ConfigurationError for a bad CA file."""
        try:
            context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(
                f"The certificate file {self.ca_file} cannot be used: {type(error).__name__}.",
                field="tls.ca_file",
                fix="Name a readable PEM file with the certificate of the authority.",
            ) from error
        context.minimum_version = self.floor(host)
        return context


_OLD = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE", "WRONG_VERSION_NUMBER")


def read_tls_failure(error: BaseException, host: str) -> ConfigurationError | None:
    """Find the TLS fault behind a failed connection and say who must act; None where it was not TLS."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return None
    if any(word in str(cause).upper().replace(" ", "_") for word in _OLD):
        fix = "Upgrade that system to TLS 1.3, or record a waiver with a reason and an end date."
        return TlsTooOld(f"{host} does not speak TLS 1.3.", field="tls.waiver", fix=fix)
    if isinstance(cause, ssl.SSLCertVerificationError):
        fix = "Name the file of the authority that signed it, or have the certificate renewed."
        return ConfigurationError(f"The certificate of {host} is not trusted.", field="tls.ca_file", fix=fix)
    return None
