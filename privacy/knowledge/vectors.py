"""The vectors, in Chroma: opaque ids and numbers, one folder for each collection, always with embeddings of our own.

Chroma keeps deleted vectors in its log and index files, and its vacuum leaves them there (chroma-core/chroma issues
3793, 7659, 7662). So a collection is erased from by copying what remains to a fresh folder and dropping the old one.
"""

import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from domain.errors import ConfigurationError
from privacy.knowledge.owning import owning
from privacy.knowledge.reserved_room import ReservedRoom
from privacy.knowledge.vocabulary import Embedder

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.client import Client

    from privacy.knowledge.vocabulary import Matrix

BATCH = 500
_NAME = "knowledge"
_CURRENT = "current"


class _Opened(NamedTuple):
    client: "Client"
    vectors: "Collection"
    folder: Path


class VectorIndex:
    """Keeps the vectors of every collection; the one process that holds ``folder`` open owns it.

    Raises RecordLocked at once where another process does. ``close`` gives it back.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder, self._embedder = folder, embedder
        self._opened: dict[str, _Opened] = {}
        self._room = ReservedRoom()
        self._closing = ExitStack()
        self._closing.enter_context(owning(folder))

    def ids(self, collection: str) -> frozenset[str]:
        """Return the ids that have a vector here."""
        return frozenset(self._open(collection).vectors.get(include=[])["ids"])

    def add(self, collection: str, texts: Mapping[str, str]) -> None:
        """Embed texts and keep their vectors under their ids; the texts are not kept."""
        opened = self._open(collection)
        for batch in _batches(list(texts), BATCH):
            _put(opened.vectors, batch, self._embedder.embed([texts[each] for each in batch]))
        self._room.wipe(opened.folder)

    def erase(self, collection: str, ids: Iterable[str]) -> None:
        """Make sure that no byte of these vectors is left in the folder; the others are copied as they are."""
        gone, old = frozenset(ids), self._open(collection)
        fresh = self._make(self._place(collection))
        for batch in _batches(sorted(frozenset(old.vectors.get(include=[])["ids"]) - gone), BATCH):
            kept = old.vectors.get(ids=list(batch), include=["embeddings"])
            embeddings = kept["embeddings"]
            assert embeddings is not None
            _put(fresh.vectors, kept["ids"], embeddings)
        old.client.close()
        self._room.wipe(fresh.folder)
        self._settle(collection, fresh)

    def discard(self, collection: str) -> None:
        """Drop every vector of a collection, of whatever embedding; they can be made again from the texts."""
        opened = self._opened.pop(collection, None)
        if opened is not None:
            opened.client.close()
        shutil.rmtree(self._place(collection), ignore_errors=True)

    def query(
        self, collection: str, vector: "Matrix", limit: int, allowed: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the nearest ids with their distances, nearest first, among ``allowed`` only where given."""
        if allowed is not None and not allowed:
            return []
        opened = self._open(collection)
        found = opened.vectors.query(
            query_embeddings=vector,
            n_results=limit,
            ids=None if allowed is None else list(allowed),
            include=["distances"],
        )
        self._room.wipe(opened.folder)
        distances = found["distances"]
        assert distances is not None
        return list(zip(found["ids"][0], distances[0], strict=True))

    def close(self) -> None:
        """Close every collection and give the folder back; safe to call twice."""
        for opened in self._opened.values():
            opened.client.close()
            self._room.wipe(opened.folder)
        self._opened.clear()
        self._closing.close()

    def _place(self, collection: str) -> Path:
        return self._folder / collection

    def _open(self, collection: str) -> _Opened:
        if collection not in self._opened:
            place = self._place(collection)
            current = place / _CURRENT
            if current.exists():
                opened = self._connect(place / current.read_text(encoding="utf-8").strip())
                self._require_same_embedding(opened)
                self._opened[collection] = opened
            else:
                self._settle(collection, self._make(place))
        return self._opened[collection]

    def _make(self, place: Path) -> _Opened:
        folder = place / f"v-{secrets.token_hex(6)}"
        folder.mkdir(parents=True, mode=0o700)
        return self._connect(folder)

    def _connect(self, folder: Path) -> _Opened:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        client = cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
        vectors = client.get_or_create_collection(
            _NAME,
            embedding_function=None,
            metadata={"embedder": self._embedder.name, "dimensions": self._embedder.dimensions},
            configuration={"hnsw": {"space": "cosine"}},
        )
        return _Opened(client, vectors, folder)

    def _settle(self, collection: str, fresh: _Opened) -> None:
        """Let a folder be the collection's from now on, and remove every other; a crash before leaves the old one."""
        place = self._place(collection)
        draft = place / f".{_CURRENT}"
        draft.write_text(fresh.folder.name, encoding="utf-8")
        draft.replace(place / _CURRENT)
        for other in place.iterdir():
            if other.is_dir() and other != fresh.folder:
                shutil.rmtree(other)
        self._opened[collection] = fresh

    def _require_same_embedding(self, opened: _Opened) -> None:
        held = (opened.vectors.metadata or {}).get("embedder")
        if held != self._embedder.name:
            opened.client.close()
            raise ConfigurationError(
                f"The vectors were made by {held}, and the setting asks for {self._embedder.name}.",
                field="knowledge.embedding",
                fix="Set the embedding back, or run: provost knowledge rebuild",
            )


def _put(vectors: "Collection", ids: Sequence[str], embeddings: Any) -> None:  # noqa: ANN401 any matrix will do
    vectors.add(ids=list(ids), embeddings=embeddings)


def _batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
