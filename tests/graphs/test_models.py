"""The composition root gives the model that the settings name, behind the door, or the offline one."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from domain.errors import ConfigurationError
from domain.ids import PrincipalId, RunId
from graphs.models import Models, provider_of
from graphs.setting_groups import ModelSettings
from graphs.settings import Settings
from privacy.models.provider import ProviderClass
from tests.privacy.models.doubles import CROSSING, Book, KnownPeople, SurnamesAndDigits
from tests.privacy.models.provider_server import provider_server

CHECKED = (KnownPeople(), SurnamesAndDigits())


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def models(closing: ExitStack, tmp_path: Path, **model: Any) -> Models:
    settings = Settings(home=tmp_path, model=ModelSettings(**model))
    base: Any = SimpleNamespace(settings=settings, ledger=Book(), tracing=SimpleNamespace(saw_model=lambda *_: None))
    return Models(base, closing)


def test_without_an_address_answers_are_offline_and_nothing_is_classified(closing: ExitStack, tmp_path: Path) -> None:
    made = models(closing, tmp_path, model="named but nowhere")
    answer = made.chat(*CHECKED).within(CROSSING).invoke("Hello")
    assert answer.response_metadata["offline"] is True
    assert made.embeddings(*CHECKED) is None
    assert made.classifier(RunId("run_1"), PrincipalId("agent:roster"), "roster") is None


def test_with_one_it_is_asked_by_one_client_and_counted(closing: ExitStack, tmp_path: Path) -> None:
    with provider_server() as server:
        made = models(closing, tmp_path, base_url=server.url, model="m", embedding_model="e", contract=True)
        assert made.chat(*CHECKED).inner is made.chat(*CHECKED).inner
        assert made.chat(*CHECKED).within(CROSSING).invoke("Hello").content == "Noted."
        embeddings = made.embeddings(*CHECKED)
        assert embeddings is not None
        assert len(embeddings.within(CROSSING).embed_query("Hello")) == 4
        assert sum(spent.calls for spent in made.counters.snapshot().values()) == 2
        closing.close()


def test_r22_a_provider_has_no_contract_unless_the_operator_says_so(tmp_path: Path) -> None:
    given = ModelSettings(base_url="https://models.example.edu/v1", model="m")
    provider = provider_of(Settings(home=tmp_path, model=given))
    assert provider is not None
    assert (provider.name, provider.kind) == ("models.example.edu", ProviderClass.OUTSIDE)


def test_an_address_that_cannot_be_used_is_named_when_the_model_is_needed(closing: ExitStack, tmp_path: Path) -> None:
    made = models(closing, tmp_path, base_url="http://models.example.edu/v1", model="m")
    with pytest.raises(ConfigurationError, match=r"model\.base_url"):
        made.chat(*CHECKED)
