"""Nobody but ``privacy.models.clients`` builds a client of a model or of embeddings, by any library or by hand."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

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


def test_the_only_constructors_name_every_pin() -> None:
    tree = ast.parse((ROOT / CLIENTS).read_text(encoding="utf-8"))
    calls = {
        node.func.id: {word.arg for word in node.keywords}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILDERS
    }
    pins = {"base_url", "timeout", "max_retries", "use_responses_api", "stream_usage", "http_client", "openai_proxy"}
    assert calls["ChatOpenAI"] >= pins
    assert calls["OpenAIEmbeddings"] >= {
        "openai_api_base",
        "request_timeout",
        "max_retries",
        "check_embedding_ctx_length",
    }
