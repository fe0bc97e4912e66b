"""Short names and what they are short for, looked up when a text is read, so that the index need not hold them.

English ones come from the ``nicknames`` package (hand-curated, Apache-2.0, its table inside the package); those of
other languages from ``nicknames.txt`` beside this file.
"""

from functools import cache
from pathlib import Path

_OWN = Path(__file__).with_name("nicknames.txt")


@cache
def _tables() -> dict[str, frozenset[str]]:
    from nicknames import NickNamer

    found: dict[str, set[str]] = {}
    own = [line.split() for line in _OWN.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    rows = [(full, shorts) for full, *shorts in own]
    rows += [(full, sorted(shorts)) for full, shorts in NickNamer().nickname_lookup.items()]
    for full, shorts in rows:
        for short in shorts:
            found.setdefault(full, set()).add(short)
            found.setdefault(short, set()).add(full)
    return {name: frozenset(others) for name, others in found.items()}


def other_names(token: str) -> frozenset[str]:
    """Return the names a lower-case given name is short for, and its short forms; empty where it is in no table."""
    return _tables().get(token, frozenset())
