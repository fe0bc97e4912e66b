"""Leaves addresses of foreign places out of what a reader is shown: a click or a picture would carry data away (R135).

The prompt asks for no links, and that a model heeds it is not relied on. An address may stand where it lies in a system
of the institution's own, or where a source of the same answer names it, letter for letter.
"""

import re
from collections.abc import Callable, Collection, Iterable
from urllib.parse import urlsplit

LEFT_OUT = "[address left out]"
_REST = r"[^\s\"<>”|]*"
_ADDRESS = re.compile(
    rf"""
      [a-z][a-z0-9+.\-]*://{_REST}                                    # a scheme and a place
    | (?:javascript|vbscript|data|mailto|blob|intent):(?=\S){_REST}   # a scheme that acts by itself
    | //[\w\[]{_REST}                                                 # a place under the page's own scheme
    | \bwww\.{_REST}
    | \b(?:(?:[a-z0-9\-]+\.)+[a-z]{{2,}}|\d+(?:\.\d+){{3}})(?::\d+)?[/?\#](?=\S){_REST}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MAY_GROW = re.compile(r"[a-z0-9+.:/?#\-]*\Z", re.IGNORECASE)
_TRAILING = ").,;:!?'"
MayStand = Callable[[str], bool]


def own_places(addresses: Iterable[str]) -> frozenset[str]:
    """Return the hosts of the institution's own systems from their base addresses."""
    return frozenset(host for each in addresses if (host := urlsplit(each).hostname))


def may_stand(own: Collection[str], named: Iterable[str]) -> MayStand:
    """Return what tells whether an address may stand: on a host of our own, or as a source names it."""
    labels = tuple(named)
    return lambda address: _is_own(address, own) or any(address in label.split() for label in labels)


def leave_out_addresses(text: str, allowed: MayStand) -> str:
    """Return a text with a mark in place of each address that may not stand."""

    def decide(found: "re.Match[str]") -> str:
        address = found.group().rstrip(_TRAILING)
        return found.group() if allowed(address) else LEFT_OUT + found.group()[len(address) :]

    return _ADDRESS.sub(decide, text)


class AddressGuard:
    """Does the same while the words stream: what may still become an address is held back until it is over."""

    def __init__(self, allowed: MayStand) -> None:
        self._allowed, self._held = allowed, ""

    def feed(self, part: str) -> str:
        """Take the next part and return what can be shown."""
        text = self._held + part
        place = _settled(text)
        self._held = text[place:]
        return leave_out_addresses(text[:place], self._allowed)

    def finish(self) -> str:
        """Return what was held back; the message is over."""
        text, self._held = self._held, ""
        return leave_out_addresses(text, self._allowed)


def _settled(text: str) -> int:
    """Return up to where nothing can become part of an address any more."""
    last = next((each for each in _ADDRESS.finditer(text) if each.end() == len(text)), None)
    if last is not None:
        return last.start()
    growing = _MAY_GROW.search(text)
    return growing.start() if growing else len(text)


def _is_own(address: str, own: Collection[str]) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and parts.hostname in own
