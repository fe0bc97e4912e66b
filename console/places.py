"""Where a page of waiting requests begins, as an address can carry it."""

from datetime import datetime

from store.plans import Place

_BETWEEN = "~"


def place_of(word: str) -> Place | None:
    """Return the place that an address names; None, which is the beginning, for one that cannot be read."""
    moment, _, request = word.partition(_BETWEEN)
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return Place(found, request) if request and found.tzinfo else None


def place_words(place: Place | None) -> str:
    """Return a place for an address, empty at the end."""
    return f"{place.expires_at.isoformat()}{_BETWEEN}{place.id}" if place else ""
