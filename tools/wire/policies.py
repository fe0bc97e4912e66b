"""How patient a client is: timeouts for one request, retries and a deadline for one call."""

import httpx
from pydantic import BaseModel, ConfigDict, Field


class Timeouts(BaseModel):
    """Seconds one request may take in each of its parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connect: float = Field(default=5.0, gt=0, description="Seconds to open a connection.")
    read: float = Field(default=30.0, gt=0, description="Seconds between two pieces of an answer.")
    write: float = Field(default=30.0, gt=0, description="Seconds between two pieces of a request.")
    pool: float = Field(default=10.0, gt=0, description="Seconds to wait for a free connection.")

    def as_httpx(self) -> httpx.Timeout:
        """Return the same limits in the HTTP library's form."""
        return httpx.Timeout(connect=self.connect, read=self.read, write=self.write, pool=self.pool)


class RetryPolicy(BaseModel):
    """How often and how long a failed request is tried again; jitter keeps many clients from returning at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempts: int = Field(default=4, ge=1, description="Tries in all, for faults of the system or the network.")
    throttled_attempts: int = Field(default=12, ge=1, description="Tries in all, while the system asks to slow down.")
    first_wait: float = Field(default=0.5, ge=0, description="Seconds of the first wait, doubled each time.")
    longest_wait: float = Field(default=30.0, ge=0, description="Seconds no wait exceeds.")
    deadline: float = Field(default=180.0, gt=0, description="Seconds one call may take with all its tries.")
