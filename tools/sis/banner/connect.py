"""Opens the connection to Ethos with everything the protocol needs: key, token, refusals, TLS."""

from pydantic import SecretStr

from tools.sis.banner.refusals import is_token_refused, read_ethos_refusal
from tools.sis.banner.settings import EthosSettings
from tools.sis.banner.token import ApiKeyAuth
from tools.wire import Budget, RetryPolicy, Timeouts, TlsPolicy, WireClient


def connect_ethos(
    base_url: str,
    api_key: SecretStr,
    *,
    tls: TlsPolicy | None = None,
    timeouts: Timeouts | None = None,
    retry: RetryPolicy | None = None,
    settings: EthosSettings | None = None,
    budget: Budget | None = None,
) -> WireClient:
    """Return a client for one Ethos application; the feed and the reader may share it."""
    minutes = (settings or EthosSettings()).token_minutes
    return WireClient(
        base_url,
        ApiKeyAuth(base_url, api_key, minutes=minutes, tls=tls, timeouts=timeouts),
        system="banner",
        tls=tls,
        timeouts=timeouts,
        retry=retry,
        budget=budget,
        refusal=read_ethos_refusal,
        renews=is_token_refused,
    )
