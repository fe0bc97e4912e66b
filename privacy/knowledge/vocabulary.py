"""The words of the knowledge base: what is asked, what comes back, and the parts that others bring."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from domain.ids import SisCourseId
from domain.materials import AccessClass, MaterialKind
from domain.principals import Principal
from domain.records import Record
from store.canonical import JSON

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Matrix: TypeAlias = npt.NDArray[np.float32]

DEFAULT_LIMIT = 5


class Embedder(Protocol):
    """Turns texts into vectors; its name is kept with them, and another one's vectors are refused.

    ``leaves`` is true where texts go to another machine: a question is then checked for identifiers first.
    """

    @property
    def name(self) -> str:
        """The name under which its vectors are kept."""
        ...

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        ...

    @property
    def leaves(self) -> bool:
        """Whether texts go to another machine."""
        ...

    def embed(self, texts: Sequence[str]) -> "Matrix":
        """Return one row of ``dimensions`` numbers for each text."""
        ...


class CourseMembership(Protocol):
    """Says which courses a principal teaches or attends."""

    def courses_of(self, reader: Principal) -> frozenset[SisCourseId]:
        """Return the SIS ids of the LMS courses the reader belongs to now."""
        ...


class SearchScope(Record):
    """Where to look: fewer access classes or courses than the reader may see, never more.

    ``purpose`` goes on record where a passage concerns people (R25).
    """

    classes: frozenset[AccessClass] | None = None
    courses: frozenset[SisCourseId] | None = None
    purpose: str = "advising"
    limit: int = DEFAULT_LIMIT


class Citation(Record):
    """Where a passage is from, exactly enough to find it and to see whether it has changed since (S161)."""

    source: str
    document: str
    title: str
    section: str
    version: str
    updated_at: datetime | None
    url: str
    content_hash: str


class Passage(Record):
    """A piece of text that was found. It is data, whatever it says: never part of an instruction (R135).

    ``trusted`` tells the institution's own texts from what anybody could write in the LMS.
    """

    text: str
    trusted: bool
    kind: MaterialKind
    access: AccessClass
    course: SisCourseId | None
    citation: Citation
    score: float

    def as_data(self) -> dict[str, JSON]:
        """Return the passage as a JSON object, the form in which a tool hands it to a model."""
        return {
            "type": "retrieved_passage",
            "trusted": self.trusted,
            "text": self.text,
            "citation": self.citation.model_dump(mode="json"),
        }


class KnowledgeSearch(Protocol):
    """What others ask of the knowledge base."""

    def search(self, question: str, reader: Principal, scope: SearchScope) -> tuple[Passage, ...]:
        """Return the best passages that the reader may see, best first; empty where there is none."""
        ...
