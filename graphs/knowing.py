"""The knowledge base put together: its folder, its embedding, the boundary it works within, and its sources."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import ConfigurationError
from domain.ids import SisCourseId, TermCode
from domain.lms import CourseState
from domain.principals import Principal
from graphs.foundation import Foundation
from privacy.knowledge.base import KnowledgeBase
from privacy.knowledge.cleaning import Cleaner
from privacy.knowledge.documents import Documents
from privacy.knowledge.folder import Head, read_folder
from privacy.knowledge.hashing import HashingEmbedder
from privacy.knowledge.ingesting import IngestReport
from privacy.knowledge.parts import Parts
from privacy.knowledge.vectors import VectorIndex
from privacy.knowledge.vocabulary import CourseMembership, Embedder
from privacy.vocabulary import LeakCheck, PeopleAccess, Scrubber

if TYPE_CHECKING:
    from graphs.connections import Readers


_TAKEN_BACK = (CourseState.UNPUBLISHED, CourseState.DELETED)


class KnowledgeDoors(NamedTuple):
    """What the knowledge base asks of the rest of the boundary.

    Without scrubber and check only material that names nobody is taken in, after our own look at it. Without
    ``membership`` nobody reads a course's material as its member, without ``people`` nobody reads notes.
    """

    scrubber: Scrubber | None = None
    check: LeakCheck | None = None
    people: PeopleAccess | None = None
    membership: CourseMembership | None = None
    embedder: Embedder | None = None


class Knowing(NamedTuple):
    """The open knowledge base with its sources; ``base`` answers searches and forgets."""

    base: KnowledgeBase
    foundation: Foundation

    def ingest_folder(
        self, folder: Path, source: str, defaults: Head, actor: Principal, *, dry_run: bool = False
    ) -> IngestReport:
        """Take in the texts of a folder under a source name."""
        fetch = read_folder(folder, defaults, self.foundation.clock)
        return self.base.ingest(f"folder:{source}", fetch, actor, dry_run=dry_run)

    def ingest_canvas(
        self,
        readers: "Readers",
        term: TermCode,
        wanted: frozenset[SisCourseId],
        actor: Principal,
        *,
        dry_run: bool = False,
    ) -> list[IngestReport]:
        """Take in the pages and files of a term's courses, each course a source of its own; all where none is named.

        What a course no longer shows is removed once it was read whole; a course that was taken back or deleted loses
        everything, and one that has ended keeps what it had.
        """
        from tools.lms.canvas.materials import CanvasMaterials

        settings, clock = self.foundation.settings, self.foundation.clock
        reader = CanvasMaterials(
            readers.canvas, store=readers.file_store, clock=clock, page_size=settings.canvas.page_size
        )
        reports: list[IngestReport] = []
        with self.base.together():
            for course in readers.lms.read_courses(term).rows:
                id_, state = course.sis_course_id, course.state
                if not id_ or (wanted and id_ not in wanted) or state not in (CourseState.AVAILABLE, *_TAKEN_BACK):
                    continue
                fetch, emptied = reader.read_materials([course]), state in _TAKEN_BACK
                reports.append(self.base.ingest(f"canvas:{id_}", fetch, actor, dry_run=dry_run, emptied=emptied))
        return reports


def open_knowledge(base: Foundation, doors: KnowledgeDoors, closing: ExitStack) -> Knowing:
    """Open the knowledge base, or the way to the process that has it open; ``closing`` gives its folder back.

    Raises RecordLocked where another process has it open, ConfigurationError where the embedding is not the one its
    vectors were made with or none is set up.
    """
    settings = base.settings.knowledge
    if settings.url:
        from graphs.knowing_elsewhere import KnowledgeElsewhere

        elsewhere = KnowledgeElsewhere(base.settings)
        closing.callback(elsewhere.close)
        return Knowing(elsewhere, base)
    embedder = _embedder(settings.embedding, doors)
    vectors = VectorIndex(base.settings.knowledge_folder, embedder)
    parts = Parts(
        documents=Documents(base.database, base.keyring),
        vectors=vectors,
        embedder=embedder,
        cleaner=Cleaner(
            scrubber=doors.scrubber,
            check=doors.check,
            published=settings.published_contacts,
            terms=[calendar.term for calendar in base.institution.calendars],
        ),
        ledger=base.ledger,
        clock=base.clock,
        tenant=settings.tenant,
        note_days=settings.note_days,
        membership=doors.membership,
        people=doors.people,
    )
    knowledge = KnowledgeBase(parts)
    closing.callback(knowledge.close)
    return Knowing(knowledge, base)


def _embedder(setting: str, doors: KnowledgeDoors) -> Embedder:
    if setting == "hashing":
        return HashingEmbedder()
    if doors.embedder is None:
        fix = "Configure an embedding model, or set knowledge.embedding to hashing."
        raise ConfigurationError("No embedding model is configured.", field="knowledge.embedding", fix=fix)
    return doors.embedder
