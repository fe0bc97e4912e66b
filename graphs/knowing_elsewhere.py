"""The knowledge base that another process has open: searches are asked of ``provost serve``, nothing else can be.

Only one process may have the folder open, so workers ask the one that has. What a person may see is decided there.
"""

from typing import Any, NoReturn
from urllib.parse import urlsplit

import httpx
from pydantic import ValidationError

from domain.errors import ConfigurationError, ProvostError, Unreachable, error_codes
from domain.principals import Principal
from graphs.connections import tls_policy
from graphs.settings import Settings
from privacy.knowledge.base import CollectionStatus, KnowledgeBase
from privacy.knowledge.vocabulary import Passage, SearchScope
from tools.wire import Timeouts
from tools.wire.transport import open_transport

ADDRESS = "/internal/knowledge/search"
_TIMEOUTS = Timeouts(connect=3.0, read=20.0)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_FAILED = 400


class KnowledgeElsewhere(KnowledgeBase):
    """Fits ``KnowledgeSearch``; what changes the base is refused here, since it is open in another process."""

    def __init__(self, settings: Settings) -> None:
        url, token = settings.knowledge.url.rstrip("/"), settings.knowledge.token.get_secret_value()
        if not token:
            fix = "Make one: provost principal add NAME --role service --scope knowledge:search."
            raise ConfigurationError("The service token is missing.", field="knowledge.token", fix=fix)
        self._url, self._headers = f"{url}{ADDRESS}", {"Authorization": f"Bearer {token}"}
        self._client = _open(url, settings)

    def search(self, question: str, reader: Principal, scope: SearchScope) -> tuple[Passage, ...]:
        """Return the best passages that the reader may see; raises what the other process raised, or Unreachable."""
        asked = {
            "question": question,
            "reader": reader.model_dump(mode="json"),
            "scope": scope.model_dump(mode="json"),
        }
        try:
            answer = self._client.post(self._url, json=asked, headers=self._headers)
            said = answer.json()
        except (httpx.HTTPError, ValueError) as lost:
            raise _unreachable() from lost
        if answer.status_code >= _FAILED:
            raise _refusal(said)
        try:
            return tuple(Passage.model_validate(each) for each in said["passages"])
        except (KeyError, TypeError, ValidationError) as odd:
            raise _unreachable() from odd

    def require_keeper(self, actor: Principal) -> NoReturn:  # noqa: ARG002 named by the base class
        """Refuse whatever would change the base."""
        raise _elsewhere()

    def status(self) -> tuple[CollectionStatus, ...]:
        """Refuse to count what is not here."""
        raise _elsewhere()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def _open(url: str, settings: Settings) -> httpx.Client:
    """Open a connection; without encryption on this machine only."""
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return httpx.Client(timeout=_TIMEOUTS.as_httpx(), trust_env=False, follow_redirects=False)
    return open_transport(url, tls_policy(settings), _TIMEOUTS)


def _refusal(said: Any) -> ProvostError:  # noqa: ANN401 whatever the other process answered
    problem = said if isinstance(said, dict) else {}
    kind = error_codes().get(str(problem.get("code")))
    if kind is None:
        return _unreachable()
    return kind(str(problem.get("detail")), field=str(problem.get("field", "")), fix=str(problem.get("fix", "")))


def _unreachable() -> Unreachable:
    fix = "See whether provost serve runs at knowledge.url."
    return Unreachable("The knowledge base does not answer.", field="knowledge.url", fix=fix)


def _elsewhere() -> ConfigurationError:
    fix = "Run the command where knowledge.url is not set, while provost serve is stopped."
    return ConfigurationError("The knowledge base is open in another process.", field="knowledge.url", fix=fix)
