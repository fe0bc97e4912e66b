"""The doors of an installation: to people, models, vectors and numbers about many, opened when first asked for."""

from functools import cached_property
from typing import TYPE_CHECKING

from graphs.installation import Installation
from privacy.aggregates import Aggregates

if TYPE_CHECKING:
    from graphs.boundary import PrivacyBoundary, RefreshReport
    from graphs.knowing import Knowing, KnowledgeDoors
    from graphs.models import Models
    from privacy.models.door import ModelDoor


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

    def chat_model(self) -> "ModelDoor":
        """Return the chat model behind the door: what goes in is coded and looked at again before it leaves."""
        return self.models.chat(self.boundary.scrubber, self.boundary.check)

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

    @cached_property
    def models(self) -> "Models":
        """The models that may be asked; a client is opened when first needed."""
        from graphs.models import Models

        return Models(self._base, self._closing)

    @cached_property
    def aggregates(self) -> Aggregates:
        """The door to numbers about many people (R29)."""
        return Aggregates(self.access, self.ledger, self.clock)
