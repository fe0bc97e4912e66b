"""The doors of an installation: to people, models, vectors and numbers about many, opened when first asked for."""

from functools import cached_property
from typing import TYPE_CHECKING

from graphs.installation import Installation
from privacy.aggregates import Aggregates
from store.alerts import AlertBook

if TYPE_CHECKING:
    from agents.early_alert.activity_files import ActivityFiles
    from domain.alert_settings import AlertSettings
    from graphs.boundary import PrivacyBoundary, RefreshReport
    from graphs.knowing import Knowing, KnowledgeDoors
    from graphs.models import Models
    from privacy.knowledge.vocabulary import KnowledgeSearch
    from privacy.models.door import ModelDoor
    from privacy.models.offline.intents import Intents
    from privacy.models.own_texts import OwnTexts


class Doors(Installation):
    """An installation with its privacy boundary, its models and its knowledge."""

    @cached_property
    def boundary(self) -> "PrivacyBoundary":
        """The doors to people, models and vectors, over the directory of who exists."""
        from graphs.boundary import PrivacyBoundary

        return PrivacyBoundary(self._base, lambda: self.readers)

    def refresh_directory(self, actor: str) -> "RefreshReport":
        """Bring the directory of people up to date from SIS and LMS; on record as a reading of everybody (S224)."""
        return self.boundary.refresh(actor)

    def chat_model(self, intents: "Intents | None" = None, own: "OwnTexts | None" = None) -> "ModelDoor":
        """Return the chat model behind the door: what goes in is coded and looked at again before it leaves.

        ``intents`` is what the offline model recognises where no model is configured, ``own`` the texts of our own
        files that go along with each request.
        """
        return self.models.chat(self.boundary.scrubber, self.boundary.check, intents, own)

    @cached_property
    def knowledge(self) -> "Knowing":
        """The knowledge base, its sources and its folder, which only one process may have open."""
        from graphs.knowing import open_knowledge

        return open_knowledge(self._base, self._knowledge_doors(), self._closing)

    def _knowledge_doors(self) -> "KnowledgeDoors":
        """Return what the knowledge base needs; before a directory exists it takes in person-free texts only."""
        from graphs.knowing import KnowledgeDoors
        from graphs.membership import TaughtCourses

        members = TaughtCourses(lambda: self.readers, self.identities, self.clock)
        if self.boundary.directory.state is None:
            return KnowledgeDoors(people=self.access, membership=members)
        scrubber, check = self.boundary.scrubber, self.boundary.check
        return KnowledgeDoors(scrubber, check, self.access, members, self.models.embedder(scrubber, check))

    @property
    def knowledge_if_open(self) -> "Knowing | None":
        """The knowledge base where this process has opened it, or asks another; it never takes the folder from one."""
        if self.settings.knowledge.url:
            return self.knowledge
        found: Knowing | None = self.__dict__.get("knowledge")
        return found

    @cached_property
    def library(self) -> "KnowledgeSearch":
        """What workflows ask for citations; it answers where this process has the knowledge base open (S161)."""
        from graphs.citing import OpenHere

        return OpenHere(lambda: self.knowledge_if_open)

    @cached_property
    def alerts(self) -> AlertBook:
        """The book of alerts."""
        base = self._base
        return AlertBook(base.database, base.ledger, base.keyring, clock=base.clock)

    @cached_property
    def alert_settings(self) -> "AlertSettings":
        """The alert file, read once; ConfigurationError names the key at fault in it."""
        from agents.early_alert.alerts_file import load_alert_settings

        return load_alert_settings(self.settings.alerts_file)

    @cached_property
    def activity(self) -> "ActivityFiles":
        """The sealed activity that alerts rest on."""
        from agents.early_alert.activity_files import ActivityFiles

        return ActivityFiles(self._base.settings.home / "alerts", self._base.keyring)

    @cached_property
    def models(self) -> "Models":
        """The models that may be asked; a client is opened when first needed."""
        from graphs.models import Models

        return Models(self._base, self._closing)

    @cached_property
    def aggregates(self) -> Aggregates:
        """The door to numbers about many people (R29)."""
        return Aggregates(self.access, self.ledger, self.clock)
