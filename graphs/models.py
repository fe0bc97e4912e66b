"""The models of an installation, opened when first asked: the one the settings name, or the offline one."""

import os
import ssl
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from domain.ids import PrincipalId, RunId
from domain.lms import LmsRole, LmsState
from domain.ports import ModelPort
from domain.records import RegistrationStatus
from graphs.connections import tls_policy
from graphs.foundation import Foundation
from graphs.settings import Settings
from privacy.models.environment import refuse_tracing
from privacy.models.provider import OFFLINE, Provider
from privacy.models.usage import ModelCounters
from privacy.vocabulary import LeakCheck, Scrubber

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from privacy.knowledge.vocabulary import Embedder
    from privacy.models.call_record import CallRecord
    from privacy.models.door import ModelDoor
    from privacy.models.embedding_door import EmbeddingDoor
    from privacy.models.offline.intents import Intents
    from privacy.models.own_texts import OwnTexts


class Models:
    """What may be asked of models; ``counters`` sums the calls of this process. ``closing`` closes connections."""

    def __init__(self, base: Foundation, closing: ExitStack) -> None:
        self._base, self._closing = base, closing
        self.counters = ModelCounters(base.tracing.saw_model)
        self.provider = provider_of(base.settings)

    def chat(
        self,
        scrubber: Scrubber,
        check: LeakCheck,
        intents: "Intents | None" = None,
        own: "OwnTexts | None" = None,
    ) -> "ModelDoor":
        """Return the chat model that graphs use, behind the door; the offline one where none is configured."""
        from privacy.models.door import ModelDoor
        from privacy.models.entrance import Entrance
        from privacy.models.own_texts import NOTHING_OWN

        provider = self.provider or OFFLINE
        entrance = Entrance(provider, scrubber, check, self._record(provider), own or NOTHING_OWN)
        return ModelDoor(inner=self._inner if self.provider else _offline(intents), entrance=entrance)

    def embeddings(self, scrubber: Scrubber, check: LeakCheck) -> "EmbeddingDoor | None":
        """Return the provider's embeddings, behind the door; None where none are configured and ours are used."""
        if self.provider is None or not self.provider.embedding_model:
            return None
        from privacy.models.clients import open_embeddings
        from privacy.models.embedding_door import EmbeddingDoor
        from privacy.models.entrance import Entrance

        inner = open_embeddings(self.provider, model_tls(self._base.settings))
        self._close_later(inner.http_client)
        return EmbeddingDoor(inner, Entrance(self.provider, scrubber, check, self._record(self.provider)))

    def embedder(self, scrubber: Scrubber, check: LeakCheck) -> "Embedder | None":
        """Return the provider's embeddings as the knowledge base asks them; None where none are configured."""
        door = self.embeddings(scrubber, check)
        if door is None or self.provider is None:
            return None
        from privacy.knowledge.model_embedding import ModelEmbedder

        return ModelEmbedder(door, self.provider.embedding_model)

    def classifier(self, run: RunId, actor: PrincipalId, agent: str) -> ModelPort | None:
        """Return what classifies leftovers in one run; None where no model is configured (S247, E13)."""
        if self.provider is None:
            return None
        from agents.roster.leftovers import PROMPT
        from privacy.models.classifier import Classifier

        settings = self._base.settings.model
        return Classifier(
            open_model=lambda: self._inner,
            provider=self.provider,
            record=self._record(self.provider),
            actor=actor,
            agent=agent,
            purpose="leftover classification",
            run=run,
            prompt=PROMPT,
            words=self._evidence_words(),
            floor=settings.confidence_floor,
            most=settings.classify_at_most,
        )

    @cached_property
    def _inner(self) -> "BaseChatModel":
        from privacy.models.clients import open_chat

        provider = self.provider or OFFLINE
        model = open_chat(provider, model_tls(self._base.settings))
        self._close_later(model.http_client)
        return model

    def _close_later(self, client: Any) -> None:  # noqa: ANN401 an httpx2 client, as LangChain holds it
        self._closing.callback(client.close)

    def _record(self, provider: Provider) -> "CallRecord":
        from privacy.models.call_record import CallRecord

        return CallRecord(self._base.ledger, provider, self.counters)

    def _evidence_words(self) -> list[str]:
        """Return the words that evidence on leftovers is made of: ours, the systems' states, the calendar's parts."""
        from agents.roster.leftovers import EVIDENCE_WORDS

        states = [value.value for kind in (RegistrationStatus, LmsState, LmsRole) for value in kind]
        parts = [part.code for calendar in self._base.institution.calendars for part in calendar.parts]
        return [EVIDENCE_WORDS, *states, *parts]


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider that the settings name, None where they name none."""
    model = settings.model
    if not model.base_url:
        return None
    return Provider(
        name=model.provider or (urlsplit(model.base_url).hostname or ""),
        model=model.model,
        base_url=model.base_url,
        api_key=model.api_key,
        contract=model.contract,
        local=model.local,
        local_opened=model.local_opened,
        timeout_seconds=model.timeout_seconds,
        max_retries=model.max_retries,
        input_price=model.input_price,
        output_price=model.output_price,
        currency=model.currency,
        embedding_model=model.embedding_model,
    )


def model_tls(settings: Settings) -> ssl.SSLContext:
    """Return the transport security of calls to the model, under the same floor as any other system's (S225)."""
    return tls_policy(settings).context(urlsplit(settings.model.base_url).hostname or "")


def refuse_unwanted_tracing(settings: Settings) -> None:
    """Raise ConfigurationError where the environment would send prompts or graph state elsewhere."""
    refuse_tracing(os.environ, allowed=settings.model.tracing_allowed)


def _offline(intents: "Intents | None") -> "BaseChatModel":
    from privacy.models.offline.model import OfflineModel

    return OfflineModel(intents=intents) if intents else OfflineModel()
