"""Percentages that do not give a small number away: coded at both ends, and hidden where the rest would tell (R29)."""

from collections.abc import Mapping

from privacy.aggregates.suppression import hide_cells
from privacy.aggregates.table import CountTable, Place

HIDDEN = "hidden"
_WHOLE = 100


def show_percent(part: int, whole: int, smallest: int) -> str:
    """Return a whole percentage, coded where it would tell a number under ``smallest``.

    ``under 20 %`` and ``over 80 %`` say no more than that so few had it, or so few had it not; a group of which both
    would have to be said, or that is small itself, is hidden.
    """
    bounds = coded(part, whole, smallest)
    if whole < smallest or (bounds is None and min(part, whole - part) < smallest):
        return HIDDEN
    if bounds is None:
        return f"{round(_WHOLE * part / whole)} %"
    edge = -(-_WHOLE * smallest // whole)
    return f"under {edge} %" if part < smallest else f"over {_WHOLE - edge} %"


def coded(part: int, whole: int, smallest: int) -> tuple[int, int] | None:
    """Return between which numbers a coded percentage leaves ``part``; None where it is not coded."""
    few, few_not = part < smallest, whole - part < smallest
    if whole < 2 * smallest or few is few_not:
        return None
    return (0, smallest - 1) if few else (whole - smallest + 1, whole)


def show_rates(parts: Mapping[Place, int], wholes: Mapping[Place, int], smallest: int) -> dict[Place, str]:
    """Return a percentage for every place of a table, margins included.

    Hidden are the places whose people are too few, those whose part is, and as many more as it takes.
    """
    people, having = CountTable.of(wholes), CountTable.of({place: parts.get(place, 0) for place in wholes})
    unknown = hide_cells(people, smallest)
    whole, part = people.values, having.values
    # A reader is taken to know even the wholes that are not shown; a class list may hang on a door.
    known = {place: (0, number) for place, number in whole.items()}
    ends = {p: found for p in known.keys() - unknown if (found := coded(part[p], whole[p], smallest))}
    few = {place for place in known if min(part[place], whole[place] - part[place]) < smallest}
    hidden = hide_cells(having.bounded({**known, **ends}), smallest, small=few | unknown)
    if len(hidden) == len(part):
        # Then coded ends alone could still fix a number between them.
        return dict.fromkeys(whole, HIDDEN)
    return {
        place: show_percent(part[place], number, smallest) if place in ends or place not in hidden else HIDDEN
        for place, number in whole.items()
    }
