"""A knowledge base in a folder of its own, with honest doubles of the boundary's other parts."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.ids import PrincipalId, RecordHandle, SisCourseId
from domain.materials import AccessClass, Material, MaterialKind, MediaType
from domain.ports import Fetch
from domain.principals import Principal, PrincipalKind, Role
from privacy.knowledge.base import KnowledgeBase
from privacy.knowledge.cleaning import Cleaner
from privacy.knowledge.documents import Documents
from privacy.knowledge.hashing import HashingEmbedder
from privacy.knowledge.parts import Parts
from privacy.knowledge.vectors import VectorIndex
from privacy.vocabulary import ConversationId, Leak, Scope, Scrubbed
from store.database import open_database
from store.keys import KeyRing
from store.ledger import Ledger
from store.migrations import upgrade

AS_OF = datetime(2026, 9, 21, 13, tzinfo=UTC)
ANA = RecordHandle("per_aaaaaaaaaaaaaaaa")
BEN = RecordHandle("per_bbbbbbbbbbbbbbbb")
CHEM = SisCourseId("CHEM101-001-202680")
MATH = SisCourseId("MATH151-002-202680")
NAMES = {"Ana Quintero": ANA, "Ben Okafor": BEN}
CODES = {ANA: "7QF4ZK92", BEN: "3MXW8R5T"}


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    moment: datetime = AS_OF

    def now(self) -> datetime:
        return self.moment

    def pass_days(self, days: int) -> None:
        self.moment += timedelta(days=days)


class NameScrubber:
    """Replaces the names it knows, each by its person's code; restoring is another part's business."""

    def scrub(self, text: str, conversation: ConversationId, scope: Scope) -> Scrubbed:
        people = frozenset(handle for name, handle in NAMES.items() if name in text)
        for name, handle in NAMES.items():
            text = text.replace(name, f"[STUDENT_{CODES[handle]}]")
        return Scrubbed(text=text, people=people, replaced=len(people))

    def scrub_fields(self, value: object, conversation: ConversationId, scope: Scope) -> object:
        raise NotImplementedError

    def restore(self, *args: object, **kwargs: object) -> Any:
        raise NotImplementedError


class NameCheck:
    """Finds surnames, whatever the scrubber thought of them."""

    def look(self, texts: Sequence[str], scope: Scope) -> tuple[Leak, ...]:
        words = ("quintero", "okafor")
        return tuple(Leak(0, 1, "surname") for text in texts for word in words if word in text.casefold())


@dataclass
class SeenPeople:
    """Lets each reader see the people given, and remembers every look."""

    seen: frozenset[RecordHandle] = frozenset()
    looks: list[tuple[str, frozenset[RecordHandle], str, str]] = field(default_factory=list)

    def visible(
        self, reader: Principal, people: Collection[RecordHandle], field: str, purpose: str
    ) -> frozenset[RecordHandle]:
        self.looks.append((reader.id, frozenset(people), field, purpose))
        return frozenset(people) & self.seen


@dataclass
class Memberships:
    """Who is in which course."""

    courses: dict[str, frozenset[SisCourseId]] = field(default_factory=dict)

    def courses_of(self, reader: Principal) -> frozenset[SisCourseId]:
        return self.courses.get(reader.id, frozenset())


@dataclass
class House:
    """An open knowledge base and what lies around it."""

    base: KnowledgeBase
    clock: Clock
    ledger: Ledger
    documents: Documents
    home: Path

    @property
    def vectors(self) -> VectorIndex:
        return self.base._vectors

    def every_byte(self) -> bytes:
        """All bytes of every file under the home: database, its log, keys, vectors."""
        return b"".join(path.read_bytes() for path in sorted(self.home.rglob("*")) if path.is_file())

    def kinds(self) -> list[str]:
        """The kinds of the ledger's entries about knowledge."""
        from sqlmodel import select

        from store.ledger.entries import EntryRow

        with self.documents.database.reading() as session:
            return [row.kind for row in session.exec(select(EntryRow)) if row.kind.startswith("knowledge")]


@contextmanager
def open_house(home: Path, *, boundary: bool = True, url: str = "", **parts: Any):
    """Open a knowledge base; ``boundary`` brings the scrubber and its check, ``parts`` override the rest."""
    home.mkdir(parents=True, exist_ok=True)
    clock = parts.pop("clock", None) or Clock()
    embedder = parts.pop("embedder", None) or HashingEmbedder(256)
    published = parts.pop("published", ())
    scrubber, check = (NameScrubber(), NameCheck()) if boundary else (None, None)
    with ExitStack() as closing:
        database = open_database(url or f"sqlite:///{home}/provost.db")
        closing.callback(database.close)
        upgrade(database)
        keyring = KeyRing.open(home / "keys")
        ledger = Ledger(database, keyring, home / "checkpoints", clock=clock)
        documents = Documents(database, keyring)
        base = KnowledgeBase(
            Parts(
                documents=documents,
                vectors=VectorIndex(home / "knowledge", embedder),
                embedder=embedder,
                cleaner=Cleaner(scrubber=scrubber, check=check, published=published),
                ledger=ledger,
                clock=clock,
                **{"tenant": "campus", "note_days": 100, **parts},
            )
        )
        closing.callback(base.close)
        yield House(base, clock, ledger, documents, home)


def principal(name: str, *roles: Role, **more: Any) -> Principal:
    return Principal(id=PrincipalId(name), kind=more.pop("kind", PrincipalKind.PERSON), roles=frozenset(roles), **more)


KEEPER = principal("kim", Role.ADMIN)
ADVISOR = principal("avery", Role.ADVISOR)
STUDENT = principal("sam", Role.STUDENT)


def policy(key: str = "drop.md", body: str = "## Drop\nDrop a class before census day.", **more: Any) -> Material:
    """A person-free public policy."""
    values: dict[str, Any] = {
        "key": key,
        "title": "Dropping classes",
        "body": body,
        "media": MediaType.MARKDOWN,
        "access": AccessClass.PUBLIC,
        "kind": MaterialKind.POLICY,
        "version": "2026-08-01",
        "url": "https://lindmoor.example/policies/drop",
        "person_free": True,
        "trusted": True,
    }
    return Material(**{**values, **more})


def note(key: str = "n1", body: str = "Ana Quintero wants to change to biology.", **more: Any) -> Material:
    """A shared advising note about Ana."""
    values: dict[str, Any] = {
        "key": key,
        "title": "Advising note",
        "body": body,
        "media": MediaType.TEXT,
        "access": AccessClass.NOTES,
        "kind": MaterialKind.NOTE,
        "about": frozenset({ANA}),
        "readers": frozenset({"role:advisor"}),
    }
    return Material(**{**values, **more})


def fetch(*rows: Material, complete: bool = True) -> Fetch[Material]:
    return Fetch(source="test", rows=rows, complete=complete, read_at=AS_OF)


def texts(passages: Iterable[Any]) -> list[str]:
    return [each.text for each in passages]
