"""HTML of course pages read as headings and text; what a reader would not see is left out.

Hidden elements are where instructions to a model are put (R135), so they never become text.
"""

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "template", "noscript", "head", "svg", "iframe", "object"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "footer", "header"}
    | {"hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"}
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_SPACES = re.compile(r"\s+")
_HIDING = ("display:none", "visibility:hidden", "font-size:0", "opacity:0")


def html_lines(html: str) -> list[str]:
    """Return the visible text as lines; a heading is a line that begins with its level in ``#`` signs."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.lines()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self._break(tag)
        elif self._hidden or tag in _SILENT or _is_hidden(dict(attrs)):
            self._hidden.append(tag)
        elif tag in _HEADINGS:
            self._parts.append(f"\n\n{'#' * _HEADINGS[tag]} ")
        else:
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                continue
        elif not self._hidden:
            self._parts.append("\n\n" if tag in _HEADINGS else "")
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(_SPACES.sub(" ", data))

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS and not self._hidden:
            self._parts.append("\n")

    def lines(self) -> list[str]:
        return [" ".join(line.split()) for line in "".join(self._parts).split("\n")]


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = (attributes.get("style") or "").replace(" ", "").lower()
    unseen = "hidden" in attributes or attributes.get("aria-hidden") == "true"
    return unseen or any(word in style for word in _HIDING)
