"""Which provider may get what, where it may be, and what the environment must not say (R22, R28)."""

import ssl
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage

from domain.errors import ConfigurationError, PolicyDenied
from domain.findings import Severity
from privacy.models.clients import open_chat, open_embeddings, require_address
from privacy.models.crossing import ContentKind
from privacy.models.environment import REFUSED, refuse_tracing
from privacy.models.provider import ALLOWED, OFFLINE, Provider, ProviderClass, require_allowed
from privacy.models.reach import check_provider
from tests.privacy.models.conftest import OpenSite
from tests.privacy.models.doubles import COMPOSED, CROSSING, provider_at
from tests.privacy.models.provider_server import Say, provider_server

SEARCHED = {ContentKind.COMPOSED, ContentKind.RESIDUAL, ContentKind.FREE_TEXT}
TABLE = {
    ProviderClass.INSIDE: SEARCHED,
    ProviderClass.CONTRACTED: SEARCHED,
    ProviderClass.LOCAL_OPENED: SEARCHED,
    ProviderClass.LOCAL: {ContentKind.COMPOSED},
    ProviderClass.OUTSIDE: {ContentKind.COMPOSED},
    ProviderClass.UNKNOWN: set(),
}
HERE = "http://127.0.0.1:9/v1"
OF_CLASS = {
    ProviderClass.INSIDE: OFFLINE,
    ProviderClass.CONTRACTED: provider_at(HERE, contract=True),
    ProviderClass.LOCAL_OPENED: provider_at(HERE, contract=False, local=True, local_opened=True),
    ProviderClass.LOCAL: provider_at(HERE, contract=False, local=True),
    ProviderClass.OUTSIDE: provider_at(HERE, contract=False, local_opened=True),
    ProviderClass.UNKNOWN: provider_at(HERE, contract=True, name=""),
}


@pytest.mark.parametrize("kind", ContentKind)
@pytest.mark.parametrize("of_class", ProviderClass)
def test_r22_r28_the_table_is_what_it_says_and_the_rest_is_denied(of_class: ProviderClass, kind: ContentKind) -> None:
    provider = OF_CLASS[of_class]
    assert provider.kind is of_class
    if kind in TABLE[of_class]:
        require_allowed(provider, {kind})
    else:
        with pytest.raises(PolicyDenied, match=of_class.value):
            require_allowed(provider, {kind, ContentKind.COMPOSED})


def test_unknown_sensitive_and_unsearchable_content_goes_nowhere_and_none_named_is_none_allowed() -> None:
    for kind in (ContentKind.UNKNOWN, ContentKind.SENSITIVE, ContentKind.UNSEARCHABLE):
        assert not any(kind in allowed for allowed in ALLOWED.values())
    with pytest.raises(PolicyDenied):
        require_allowed(OFFLINE, set())


def test_r22_without_a_contract_free_text_does_not_leave_and_composed_text_does(open_site: OpenSite) -> None:
    site = open_site(contract=False)
    with pytest.raises(PolicyDenied):
        site.door.invoke("Where is she?")
    assert site.server.heard == []
    assert site.book.bodies("model_stopped")[0]["code"] == "PV301"
    assert site.door.within(COMPOSED).invoke("registered since 2026-08-24").content == "Noted."


def test_r22_text_said_to_be_composed_in_which_somebody_is_found_was_not(open_site: OpenSite) -> None:
    site = open_site(contract=False, crossing=COMPOSED)
    with pytest.raises(PolicyDenied, match="residual"):
        site.door.invoke("About Ana Diaz")
    assert site.server.heard == []
    opened = open_site(contract=False, local=True, local_opened=True, crossing=CROSSING)
    assert opened.door.invoke([HumanMessage("About Ana Diaz")]).content == "Noted."


def test_a_label_in_which_somebody_is_found_is_coded_and_is_not_content(open_site: OpenSite) -> None:
    site = open_site(contract=False, crossing=COMPOSED)
    assert site.door.invoke("registered", {"tags": ["Ana Diaz"]}).content == "Noted."
    assert site.book.bodies("model_call")[0]["content"] == ["composed"]


@pytest.mark.parametrize(
    "url",
    ["", "http://models.example.edu/v1", "ftp://127.0.0.1/", "models.example.edu", "http://127.0.0.1.example.edu/v1"],
)
def test_a_model_is_reached_over_tls_or_on_this_machine(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"model\.base_url"):
        require_address(provider_at(url))


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://10.0.0.5/v1", True),
        ("https://models.internal/v1", True),
        ("https://gpu/v1", True),
        ("http://localhost:11434/v1", True),
        ("https://93.184.216.34/v1", False),
        ("https://models.example.com/v1", False),
    ],
)
def test_a_model_said_to_be_local_has_a_private_address(url: str, fits: bool) -> None:
    provider = provider_at(url, local=True)
    if fits:
        assert require_address(provider) == url
    else:
        with pytest.raises(ConfigurationError, match=r"model\.local"):
            require_address(provider)


@pytest.mark.parametrize("name", REFUSED)
def test_each_variable_that_would_copy_or_reroute_prompts_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        refuse_tracing({name: "true"})
    refuse_tracing({name: "true"}, allowed=True)
    for off in ("", "false", "0", "OFF"):
        refuse_tracing({name: off})


def test_the_environment_cannot_redirect_a_client(monkeypatch: pytest.MonkeyPatch, open_site: OpenSite) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    for model in ("test-model", "gpt-6-codex", "gpt-5-pro"):
        site = open_site(model=model)
        assert site.door.invoke("x").content == "Noted."
        assert site.server.everything.startswith("POST /v1/chat/completions")
        assert "sk-environment" not in site.server.everything


def test_a_client_without_a_model_is_refused(tls: ssl.SSLContext) -> None:
    with pytest.raises(ConfigurationError, match=r"model\.model"):
        open_chat(provider_at(HERE, model=""), tls)
    with pytest.raises(ConfigurationError, match=r"model\.embedding_model"):
        open_embeddings(provider_at(HERE), tls)


@pytest.mark.parametrize(
    ("step", "model", "severity", "said"),
    [
        (Say(), "test-model", Severity.INFO, "answers"),
        (Say(), "other-model", Severity.WARNING, "does not list the model other-model"),
        (Say(status=401), "test-model", Severity.STOP, "does not accept the key"),
        (Say(status=404), "test-model", Severity.INFO, "answers"),
        (Say(status=500), "test-model", Severity.STOP, "failed with status 500"),
    ],
)
def test_a_look_at_the_provider_asks_its_model_nothing(
    tls: ssl.SSLContext, step: Say, model: str, severity: Severity, said: str
) -> None:
    with provider_server(step) as server:
        terms, found = check_provider(provider_at(server.url, model=model, contract=False), tls)
    assert "outside" in terms.message
    assert (found.severity, said in found.message) == (severity, True), found.message
    assert server.heard == []
    assert found.fix or severity is Severity.INFO


def test_a_look_at_nobody_says_so(tls: ssl.SSLContext) -> None:
    assert check_provider(provider_at("http://127.0.0.1:1/v1"), tls)[1].code == "PV102"
    assert check_provider(Provider(name="x", model="y", base_url="http://far.example/v1"), tls)[1].code == "PV700"


def test_the_page_on_models_shows_the_table_that_is_in_force() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "models.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")][1:]
    columns = (ContentKind.COMPOSED, ContentKind.RESIDUAL, ContentKind.FREE_TEXT, ContentKind.UNSEARCHABLE)
    shown = [
        {kind for kind, cell in zip((*columns, ContentKind.SENSITIVE), row[1:], strict=True) if cell.strip() == "yes"}
        for row in rows
    ]
    assert shown == [ALLOWED[of_class] for of_class in ProviderClass]
