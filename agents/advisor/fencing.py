"""Fences text that anybody may have written, so that a model reads it as data and a reader sees it as a quotation.

Each such text stands between two marks that nothing else may hold: whoever writes them into a post writes nothing.
The prompt says what the marks mean. That a model heeds it is not relied on: no tool here can change anything (R135).
"""

import re
from collections.abc import Mapping

from tools.catalog.reading import Fact, Quoted

OPEN, CLOSE = "⟦", "⟧"
LONGEST = 600
LEFT_OUT = f"{OPEN}left out{CLOSE}"
_QUOTATION = re.compile(f"{OPEN}[^{CLOSE}]*(?:{CLOSE}|\\Z)")
_GONE = dict.fromkeys(map(ord, OPEN + CLOSE))
_SHOWN = {ord(OPEN): "“", ord(CLOSE): "”"}


def fence(text: str, longest: int = LONGEST) -> str:
    """Return a text on one line, between the marks, cut where it is very long."""
    plain = " ".join(text.translate(_GONE).split())
    return f"{OPEN}{plain[:longest]}{CLOSE}"


def fence_all(value: "Fact | Mapping[str, Fact]") -> Fact:
    """Return a value with every quoted text in it fenced, and no mark anywhere else."""
    if isinstance(value, Quoted):
        return fence(value)
    if isinstance(value, str):
        return value.translate(_GONE)
    if isinstance(value, Mapping):
        return {key: fence_all(each) for key, each in value.items()}
    return [fence_all(each) for each in value] if isinstance(value, list) else value


def show_quotations(text: str) -> str:
    """Return a text as a reader sees it: the marks as quotation marks; a piece of a stream may be given alone."""
    return text.translate(_SHOWN)


def leave_out_quotations(text: str) -> str:
    """Return an earlier answer as a model is shown it: what others wrote is not told a second time."""
    return _QUOTATION.sub(LEFT_OUT, text)
