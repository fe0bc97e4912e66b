"""Words of letters with digits, points, dashes or underscores inside, such as logins and ids in the middle of a text.

An ASCII text is read by its marks (``Reading.marks``), with the byte search of Python instead of a loop.
"""

import re

from privacy.detect.reading import Reading
from privacy.directory.forms import FEWEST_DIGITS

_SHORTEST_WRITTEN, _LONGEST_WRITTEN = 3, 64
_JOINT_MARKS = b"a.a"
_PART = re.compile(r"(?=\d*[A-Za-z])[A-Za-z\d]{3,}")


def written_pieces(reading: Reading) -> list[tuple[int, int]]:
    """Where such words stand, and the parts of them that have digits and letters.

    Joined digits that are long enough for an id are left out: the directory has them as a number.
    """
    anchors = _marked_anchors(reading) if reading.marks else _anchors(reading)
    text, found = reading.text, []
    for start, end in _joined(reading, anchors) if anchors else ():
        piece = text[start:end]
        bare = piece.replace("-", "").replace(".", "").replace("_", "")
        if _is_number(bare):
            continue
        inner = piece.strip("._-")
        begin = start + piece.find(inner)
        found.append((begin, begin + len(inner)))
        if len(bare) < len(piece) and not bare.isalpha():
            parts = [(start + part.start(), start + part.end()) for part in _PART.finditer(piece)]
            found += [part for part in parts if not text[part[0] : part[1]].isalpha()]
    return found


def _is_number(bare: str) -> bool:
    return bare.isdecimal() and len(bare) >= FEWEST_DIGITS and bool(bare.strip("0"))


def _joined(reading: Reading, anchors: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches of letters, digits and joints around the anchors, without digits that stand free."""
    marks, last, found = reading.marks, 0, []
    for first, stop in anchors:
        if first < last:
            continue
        start, last = marks.rfind(b" ", 0, first) + 1, marks.find(b" ", stop)
        if last < 0 or last - start > _LONGEST_WRITTEN:
            start, last = _grown(reading, first, stop)
        if last - start >= _SHORTEST_WRITTEN and (start < first or stop < last):
            found.append((start, last))
    return found


def _anchors(reading: Reading) -> list[tuple[int, int]]:
    """Digits, and joints between two letters: what tells such a word from a plain one; in order."""
    return sorted([*((start, end) for start, end, _ in reading.digits), *_joints(reading.text)])


def _marked_anchors(reading: Reading) -> list[tuple[int, int]]:
    """The same by the marks, without digits that stand free."""
    marks = reading.marks
    groups = [
        (start, end)
        for start, end, text in reading.digits
        if len(marks[max(0, start - 1) : end + 1].strip()) > len(text)
    ]
    return sorted(groups + _marked_joints(marks)) if _JOINT_MARKS in marks else groups


def _marked_joints(marks: bytes) -> list[tuple[int, int]]:
    """Points, dashes and underscores between two letters of an ASCII text."""
    found, at = [], marks.find(_JOINT_MARKS)
    while at >= 0:
        found.append((at + 1, at + 2))
        at = marks.find(_JOINT_MARKS, at + 2)
    return found


def _joints(text: str) -> list[tuple[int, int]]:
    """The same of any text."""
    found = []
    for sign in "._-":
        at = text.find(sign)
        while at >= 0:
            if text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha():
                found.append((at, at + 1))
            at = text.find(sign, at + 1)
    return found


def _grown(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """Widen a stretch over the letters, digits and joints around it, to 64 characters, first to the left."""
    text = reading.text
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "._-") and end - start < _LONGEST_WRITTEN:
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] in "._-") and end - start < _LONGEST_WRITTEN:
        end += 1
    return start, end
