"""Materials made ready to be kept: refused, or cleaned and cut, with ids that follow from their content."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.errors import AccessDenied, InvalidRecord, PrivacyError, ProvostError
from domain.findings import Finding, Severity
from domain.ids import RecordHandle
from domain.materials import AccessClass, Material, MaterialKind
from privacy.knowledge.chunking import Chunk, cut
from privacy.knowledge.cleaning import Cleaner
from privacy.knowledge.documents import Document, Documents, Facts
from privacy.knowledge.sections import Section, sections_of
from privacy.vocabulary import Scope

OUT_OF_SCOPE = frozenset({"counselling", "counseling", "disability", "conduct", "immigration", "citizenship", "health"})
"""Topics of notes that are never taken in (R28)."""
_DIGITS = re.compile(r"\d+")


class Prepared(NamedTuple):
    """A document as it will be kept."""

    document: Document
    chunks: dict[str, Chunk]
    about: frozenset[RecordHandle]


class Preparer:
    """Turns materials of one tenant into documents; ``note_days`` is how long a note may stay (S227)."""

    def __init__(self, documents: Documents, cleaner: Cleaner, tenant: str, note_days: int) -> None:
        self._documents, self._cleaner, self._tenant, self._note_days = documents, cleaner, tenant, note_days

    @property
    def tenant_prefix(self) -> str:
        """How the name of every collection of the tenant begins."""
        return f"{self._tenant}."

    def collection(self, access: AccessClass) -> str:
        """Return the name of the collection of an access class."""
        return f"{self._tenant}.{access.value}"

    def document_id(self, source: str, key: str) -> str:
        """Return the id of a document, the same for good."""
        return f"doc_{self._documents.digest(f'{self._tenant}|{source}|{key}')}"

    def prepare(self, source: str, material: Material, now: datetime) -> Prepared:
        """Return a material as it will be kept.

        Raises AccessDenied where nobody could say who may read it, or it is a private or sensitive note (R27, R28);
        LeakStopped or DetectionFailed where it is not clean; InvalidRecord where it holds no text.
        """
        _require_takeable(material)
        cleaned = self._clean(material)
        chunks = cut(cleaned[1])
        if not chunks:
            raise InvalidRecord("The material holds no text.", field="body", fix="Add text, or leave it out.")
        id_ = self.document_id(source, material.key)
        keyed = {self._chunk_id(material.access, id_, chunk): chunk for chunk in chunks}
        facts = _facts(material, cleaned[0])
        digest = self._documents.digest("|".join((facts.model_dump_json(exclude={"readers"}), *_rest(material, keyed))))
        expires_at = self._expiry(material, now)
        document = Document(id_, self.collection(material.access), source, digest, expires_at, facts)
        return Prepared(document, keyed, material.about)

    def _clean(self, material: Material) -> tuple[str, tuple[Section, ...]]:
        """Return title and sections, clean; the address is checked with them and never changed."""
        sections = sections_of(material)
        texts = [material.title, *(text for each in sections for text in (each.heading, each.text))]
        title, *rest = self._cleaner.clean(material, texts)
        places = [_DIGITS.sub(" ", text) for text in (material.key if material.person_free else "", material.url)]
        self._cleaner.require_clean([*places, material.version], Scope(people=material.about))
        headings, bodies = rest[::2], rest[1::2]
        pairs = zip(headings, bodies, strict=True)
        return title, tuple(Section((heading,) if heading else (), body) for heading, body in pairs)

    def _chunk_id(self, access: AccessClass, document: str, chunk: Chunk) -> str:
        content = f"{self.collection(access)}|{document}|{chunk.heading}|{chunk.text}"
        return f"chk_{self._documents.digest(content)}"

    def _expiry(self, material: Material, now: datetime) -> datetime | None:
        if material.kind is not MaterialKind.NOTE:
            return None
        return (material.updated_at or now) + timedelta(days=self._note_days)


def refusal(key_id: str, error: ProvostError) -> Finding:
    """Return a refused material as a finding that names it by its opaque id."""
    severity = Severity.STOP if isinstance(error, PrivacyError) else Severity.WARNING
    return Finding(code=error.code, severity=severity, subject=key_id, message=error.message, fix=error.fix)


def _require_takeable(material: Material) -> None:
    if material.access is AccessClass.UNKNOWN:
        fix = "Give it the access class public, staff, course or notes."
        raise AccessDenied("Nobody has said who may read this material.", field="access", fix=fix)
    if material.access is AccessClass.COURSE and material.course is None:
        raise AccessDenied("A course material names no course.", field="course", fix="Name the course's SIS id.")
    note = material.kind is MaterialKind.NOTE
    if note is not (material.access is AccessClass.NOTES):
        fix = "Keep notes, and only notes, in the access class notes."
        raise AccessDenied("The kind and the access class of this material do not fit.", field="access", fix=fix)
    if note:
        _require_shareable(material)


def _require_shareable(note: Material) -> None:
    if not note.shared or not note.readers or not note.about:
        fix = "Share the note at its source, with a list of readers and the student it is about."
        raise AccessDenied("A private note is never taken in (R27).", field="readers", fix=fix)
    if note.topic.casefold() in OUT_OF_SCOPE:
        raise AccessDenied("A note of this topic is never taken in (R28).", field="topic", fix="Leave it out.")


def _facts(material: Material, title: str) -> Facts:
    return Facts(
        key=material.key if material.person_free else "",
        title=title,
        access=material.access,
        kind=material.kind,
        course=material.course,
        version=material.version,
        updated_at=material.updated_at,
        url=material.url,
        trusted=material.trusted and material.person_free,
        readers=material.readers,
    )


def _rest(material: Material, chunks: dict[str, Chunk]) -> tuple[str, ...]:
    return (*sorted(material.readers), *sorted(material.about), *chunks)
