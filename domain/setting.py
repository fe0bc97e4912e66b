"""The base of what an operator writes into a file: frozen, and strict about keys that nobody described."""

from pydantic import BaseModel, ConfigDict


class Setting(BaseModel):
    """Base of the operator's settings: frozen, strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
