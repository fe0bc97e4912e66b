"""What the knowledge base is made of: policies, answers, course materials and notes, before they are taken in."""

from datetime import datetime
from enum import StrEnum

from domain.ids import RecordHandle, SisCourseId
from domain.records import Record


class AccessClass(StrEnum):
    """Who may read a material; unknown means nobody."""

    PUBLIC = "public"
    STAFF = "staff"
    COURSE = "course"
    NOTES = "notes"
    UNKNOWN = "unknown"


class MaterialKind(StrEnum):
    """What sort of text it is, for the reader and for retention."""

    POLICY = "policy"
    ANSWER = "answer"
    PROCEDURE = "procedure"
    COURSE_MATERIAL = "course_material"
    NOTE = "note"
    UNKNOWN = "unknown"


class MediaType(StrEnum):
    """How the body is written."""

    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"


class Material(Record):
    """One text of a source; ``key`` names it there for good, such as a path or a page number.

    ``person_free`` is the source's word that nobody is named, which is checked all the same. ``trusted`` marks the
    institution's own texts, as opposed to what anybody could write in the LMS (R135). ``about`` and ``readers`` belong
    to notes: whom they concern, and the principals or ``role:`` names that may read them (R27). ``shared`` is false for
    a memory aid of one's own; ``topic`` names a sensitive area, if it is one (R28).
    """

    key: str
    title: str
    body: str
    media: MediaType
    access: AccessClass
    kind: MaterialKind = MaterialKind.UNKNOWN
    course: SisCourseId | None = None
    version: str = ""
    updated_at: datetime | None = None
    url: str = ""
    person_free: bool = False
    trusted: bool = False
    about: frozenset[RecordHandle] = frozenset()
    readers: frozenset[str] = frozenset()
    shared: bool = True
    topic: str = ""
