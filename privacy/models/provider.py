"""A provider of models, and which sort of text may go to it (R22, R28).

The provider is a school official only under contract, and none is assumed: without the contract flag it gets text in
which nobody can be left, which is what our own code composed. What the table does not allow is denied.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from enum import StrEnum

from pydantic import SecretStr

from domain.errors import PolicyDenied
from domain.records import Record
from privacy.models.crossing import ContentKind


class ProviderClass(StrEnum):
    """What binds a provider."""

    INSIDE = "inside"
    """Our own code in this process: nothing leaves."""
    CONTRACTED = "contracted"
    """A contract under 34 CFR 99.31(a)(1)(i)(B): direct control, no redisclosure, no training use."""
    LOCAL_OPENED = "local_opened"
    """A model on the institution's own machines, which its operator opened to free text."""
    LOCAL = "local"
    """A model on the institution's own machines."""
    OUTSIDE = "outside"
    """A provider without a contract."""
    UNKNOWN = "unknown"


_SEARCHED = frozenset({ContentKind.COMPOSED, ContentKind.RESIDUAL, ContentKind.FREE_TEXT})
_COMPOSED = frozenset({ContentKind.COMPOSED})

ALLOWED: Mapping[ProviderClass, frozenset[ContentKind]] = {
    ProviderClass.INSIDE: _SEARCHED,
    ProviderClass.CONTRACTED: _SEARCHED,
    ProviderClass.LOCAL_OPENED: _SEARCHED,
    ProviderClass.LOCAL: _COMPOSED,
    ProviderClass.OUTSIDE: _COMPOSED,
    ProviderClass.UNKNOWN: frozenset(),
}
"""Which content each class of provider may get; identifiers themselves go to none, whatever this says."""


class Provider(Record):
    """One provider as the operator names it; prices are per million tokens."""

    name: str
    model: str
    base_url: str = ""
    api_key: SecretStr = SecretStr("")
    contract: bool = False
    local: bool = False
    local_opened: bool = False
    inside: bool = False
    timeout_seconds: float = 30.0
    max_retries: int = 2
    input_price: Decimal = Decimal(0)
    output_price: Decimal = Decimal(0)
    currency: str = "USD"
    embedding_model: str = ""

    @property
    def kind(self) -> ProviderClass:
        """What binds it; a provider without a name is unknown."""
        if not self.name:
            return ProviderClass.UNKNOWN
        if self.inside:
            return ProviderClass.INSIDE
        if self.contract:
            return ProviderClass.CONTRACTED
        if self.local:
            return ProviderClass.LOCAL_OPENED if self.local_opened else ProviderClass.LOCAL
        return ProviderClass.OUTSIDE


OFFLINE = Provider(name="offline", model="offline", inside=True)
"""The stand-in that answers where no model is configured."""


def require_allowed(provider: Provider, content: Collection[ContentKind]) -> None:
    """Raise PolicyDenied unless every sort of content may go to this provider; no content named is none allowed."""
    denied = sorted(kind.value for kind in content if kind not in ALLOWED.get(provider.kind, frozenset()))
    if denied or not content:
        named = ", ".join(denied) or "unnamed"
        raise PolicyDenied(
            f"A provider of the class {provider.kind.value} may not get content of the sort: {named}.",
            field="model.contract",
            fix="Set model.contract once a contract makes the provider a school official, or run a model of your own.",
        )
