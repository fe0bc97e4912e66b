"""Nobody but ``privacy.models.clients`` builds a client of a model or of embeddings, by any library or by hand."""

import ast
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from privacy.models.clients import open_chat, open_embeddings
from tests.privacy.models.doubles import provider_at

ROOT = Path(__file__).resolve().parents[3]
OURS = (
    "domain",
    "store",
    "governance",
    "privacy",
    "tools",
    "agents",
    "graphs",
    "console",
    "evals",
    "service",
    "notebooks",
)
CLIENTS = Path("privacy/models/clients.py")
BUILDERS = {
    *("ChatOpenAI", "AzureChatOpenAI", "OpenAIEmbeddings", "AzureOpenAIEmbeddings", "BaseChatOpenAI", "OpenAI"),
    *("AsyncOpenAI", "AzureOpenAI", "AsyncAzureOpenAI", "init_chat_model", "init_embeddings", "ChatAnthropic"),
    *("HuggingFaceEmbeddings", "DefaultEmbeddingFunction", "OpenAIEmbeddingFunction"),
}
LIBRARIES = {"langchain_openai", "openai", "anthropic", "langchain_anthropic", "litellm", "tiktoken", "langsmith"}


def sources() -> Iterator[Path]:
    for package in OURS:
        yield from (path.relative_to(ROOT) for path in (ROOT / package).rglob("*.py"))
    yield from (path.relative_to(ROOT) for path in (ROOT / "notebooks").rglob("*.ipynb"))


def named_in(tree: ast.AST) -> Iterator[str]:
    """Yield every name and attribute of a module, what it imports, and strings that are exactly a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "").split(".")[0], *(alias.name for alias in node.names))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_only_the_door_builds_clients() -> None:
    found = {}
    for path in sources():
        text = (ROOT / path).read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            hits = {name for name in BUILDERS | LIBRARIES if name in text}
        else:
            hits = (BUILDERS | LIBRARIES) & set(named_in(ast.parse(text)))
        if hits:
            found[path] = hits
    allowed = {"langchain_openai", "ChatOpenAI", "OpenAIEmbeddings", "openai"}
    assert found.pop(CLIENTS) <= allowed
    assert found == {}


@pytest.mark.parametrize(
    "code",
    ["from langchain_openai import ChatOpenAI", "import openai", "x.init_chat_model()", "getattr(m, 'ChatOpenAI')()"],
)
def test_the_search_finds_each_way_to_name_a_client(code: str) -> None:
    assert (BUILDERS | LIBRARIES) & set(named_in(ast.parse(code)))


def test_both_clients_are_pinned(tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says of another host, key or proxy changes neither."""
    for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "https://elsewhere.example")
    url = "https://models.example.edu/v1"
    provider = provider_at(url, timeout_seconds=7.0, max_retries=3, embedding_model="vectors")
    chat, embeddings = open_chat(provider, tls), open_embeddings(provider, tls)
    for client in (chat, embeddings):
        assert (client.openai_api_base, client.request_timeout, client.max_retries) == (url, 7.0, 3)
        assert client.openai_proxy is None
        assert client.openai_api_key is not None
        assert client.openai_api_key.get_secret_value() == (provider.api_key.get_secret_value() or "none")
        http: Any
        for http in (client.http_client, client.http_async_client):
            assert not http._trust_env
            assert not http.follow_redirects
            assert http.timeout.read == 7.0
    assert (chat.model_name, chat.use_responses_api, chat.stream_usage) == ("test-model", False, True)
    assert chat.cache is False
    assert (embeddings.model, embeddings.check_embedding_ctx_length) == ("vectors", False)
    chat.http_client.close()
    embeddings.http_client.close()
