"""Vectors are made of coded text only, and every batch is on record (S227)."""

import ssl
from collections.abc import Iterator

import pytest
from langchain_openai import OpenAIEmbeddings

from domain.errors import AccessDenied, LeakStopped, LedgerUnavailable, PolicyDenied, Unreachable
from privacy.models.clients import open_embeddings
from privacy.models.embedding_door import EmbeddingDoor
from tests.privacy.models.doubles import ANA, COMPOSED, CROSSING, SECRETS, Book, entrance_of, provider_at
from tests.privacy.models.provider_server import ProviderServer, Say, provider_server


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with provider_server() as running:
        yield running


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def door(server: ProviderServer, tls: ssl.SSLContext, book: Book) -> Iterator[EmbeddingDoor]:
    provider = provider_at(server.url, embedding_model="test-embedding")
    inner: OpenAIEmbeddings = open_embeddings(provider, tls)
    yield EmbeddingDoor(inner, entrance_of(provider, book)).within(CROSSING)
    inner.http_client.close()


def test_s227_texts_are_coded_before_they_become_vectors(
    door: EmbeddingDoor, server: ProviderServer, book: Book
) -> None:
    vectors = door.embed_documents(["Ana Diaz dropped", "Office hours"])
    assert [len(vector) for vector in vectors] == [4, 4]
    assert len(door.embed_query("A00123456")) == 4
    assert [secret for secret in SECRETS if secret in server.everything] == []
    assert server.bodies[0]["input"] == ["[STUDENT_7QF4ZK92] dropped", "Office hours"]
    call = book.bodies("model_call")[0]
    assert (call["model"], call["inputs"]) == ("test-embedding", 2)
    assert [subject.handle for subject in book.entries[0][4]] == [ANA]


def test_what_is_held_back_is_not_sent(door: EmbeddingDoor, server: ProviderServer, book: Book) -> None:
    with pytest.raises(LeakStopped):
        door.embed_query("Okafor")
    with pytest.raises(PolicyDenied):
        door.within(CROSSING.model_copy(update={"content": frozenset()})).embed_query("x")
    with pytest.raises(AccessDenied):
        EmbeddingDoor(door.inner, door.entrance).embed_query("x")
    book.full = True
    with pytest.raises(LedgerUnavailable):
        door.within(COMPOSED).embed_query("x")
    assert server.heard == []


def test_a_failure_is_ours_and_settled(door: EmbeddingDoor, server: ProviderServer, book: Book) -> None:
    server.script = [Say(status=500, body="Ana Diaz")]
    with pytest.raises(Unreachable) as raised:
        door.embed_query("x")
    assert raised.value.__context__ is None
    assert book.bodies("model_result")[0]["outcome"] == "failed"
