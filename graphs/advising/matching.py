"""Finds the class that a person means by the words they use for it: term and CRN, course, or title."""

import re
from collections.abc import Iterable

from domain.ids import SectionKey
from domain.records import Section

_KEY = re.compile(r"\b\d{6}-[0-9A-Za-z]{3,8}\b")
_COURSE = re.compile(r"\b([A-Za-z]{2,6})[\s-]?(\d{2,4}[A-Za-z]?)\b")
_WORD = re.compile(r"[a-z]+")
_STOP = frozenset(["a", "an", "and", "class", "course", "for", "in", "my", "of", "section", "the", "this", "to"])
_STEM = 4


def key_in(words: str) -> SectionKey | None:
    """Return the term and CRN that stand in the words, or None."""
    found = _KEY.search(words)
    return SectionKey.parse(found.group()) if found else None


def match_sections(words: str, sections: Iterable[Section]) -> tuple[Section, ...]:
    """Return the sections that the words mean; all of them for no words, none where no section fits."""
    known = tuple(sections)
    if not words.strip():
        return known
    key = key_in(words)
    if key is not None:
        return tuple(each for each in known if each.key == key)
    courses = {f"{subject}{number}".upper() for subject, number in _COURSE.findall(words)}
    by_course = tuple(each for each in known if f"{each.subject}{each.course_number}".upper() in courses)
    return by_course or tuple(each for each in known if _titled(each, words))


def course_of(section: Section) -> str:
    """Return a section as people call it, such as ``BIOL 101 (202680-10001)``."""
    return f"{section.subject} {section.course_number} ({section.key})"


def _titled(section: Section, words: str) -> bool:
    """Tell whether every word that counts begins like a word of the title or names the subject."""
    wanted = [word for word in _WORD.findall(words.lower()) if word not in _STOP]
    has = [*_WORD.findall(section.title.lower()), section.subject.lower()]
    return bool(wanted) and all(any(each[:_STEM] == word[:_STEM] for each in has) for word in wanted)
