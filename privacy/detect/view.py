"""A rewritten text that knows where each of its characters came from."""

import re
from collections.abc import Callable
from typing import NamedTuple, Self

Rewrite = Callable[[re.Match[str]], str]


class View(NamedTuple):
    """``text`` as searched; character ``i`` stands for ``[starts[i], ends[i])`` of the original, itself where None."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original text that ``text[start:end]`` stands for."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def rewritten(self, pattern: re.Pattern[str], rewrite: Rewrite, *, marks: bool = False) -> Self:
        """Replace every match; each character of a replacement stands for the whole match.

        What is replaced by nothing, such as a mark, belongs to the character before it where ``marks`` is set.
        """
        matches = list(pattern.finditer(self.text))
        if not matches:
            return self
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        last = 0
        for match in matches:
            self._keep(last, match.start(), pieces, starts, ends)
            put = rewrite(match)
            start, end = self.place(*match.span())
            if not put and marks and ends and ends[-1] == start:
                ends[-1] = end
            pieces.append(put)
            starts.extend([start] * len(put))
            ends.extend([end] * len(put))
            last = match.end()
        self._keep(last, len(self.text), pieces, starts, ends)
        return type(self)("".join(pieces), starts, ends)

    def _keep(self, start: int, end: int, pieces: list[str], starts: list[int], ends: list[int]) -> None:
        if start == end:
            return
        pieces.append(self.text[start:end])
        if self.starts is None or self.ends is None:
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend(self.starts[start:end])
            ends.extend(self.ends[start:end])
