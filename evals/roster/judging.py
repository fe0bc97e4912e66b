"""Judges two nights by the end state: each planted item settled by whom it should be, and no write without a reason."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from evals.roster.expected import settled_by
from evals.roster.nights import Identity, Item, Nights, identity_of

_LEFT_ALONE = "nobody"


def wrongs_of(item: Item, nights: Nights, missed: frozenset[Identity]) -> Iterator[str]:
    """Yield what is wrong about one planted item: not found, settled by the wrong party, not settled, or spoilt."""
    identity = identity_of(item)
    line = settled_by(item)
    by = line.by
    if identity in missed:
        yield "not found"
    after_rule, in_the_end = nights.by_rule.get(identity), nights.in_the_end.get(identity)
    if by == _LEFT_ALONE:
        yield from _touched(item, in_the_end)
        return
    if in_the_end is not None and not _is_ended(item, in_the_end, line.or_ends):
        yield f"still {_short(in_the_end['after'])} in the end"
    if by == "rule" and after_rule is not None:
        yield "not settled by the rule alone"
    if by == "person" and after_rule is None:
        yield "settled without a person"


def _touched(item: Item, in_the_end: Item | None) -> Iterator[str]:
    """Yield where a record was changed that a person must look at first; who has no login is in no LMS at all."""
    if item["fault"] == "no login issued":
        return
    if in_the_end is None or in_the_end["after"] != item["after"]:
        yield "changed although somebody must look first"


def _is_ended(item: Item, in_the_end: Item, states: Collection[str]) -> bool:
    """Tell whether every row that should not be there was left in a state that a rule leaves it in."""
    wanted = (item["before"] or {}).get("enrollments", [])
    rows = [row for row in (in_the_end["after"] or {}).get("enrollments", []) if row not in wanted]
    return bool(rows) and all(row["state"] in states for row in rows)


def unexplained_writes(nights: Nights, course_of: Mapping[str, str], cancelled: Collection[str]) -> list[str]:
    """Return the records written that no planted difference explains.

    The shell of a cancelled section on whose roster somebody still stood is ended once a person agreed (R36).
    """
    explained = Explained(course_of, [*nights.planted, *nights.absorbed], cancelled)
    return sorted({f"{one.table} {' '.join(one.key_values[:2])}" for one in nights.written if not explained.by(one)})


class Explained:
    """What the planted differences reach: the thing itself, and what lies in it or carries it."""

    def __init__(self, course_of: Mapping[str, str], items: Sequence[Item], cancelled: Collection[str]) -> None:
        self._course_of, self._cancelled = course_of, frozenset(cancelled)
        self._people, self._sections, self._courses = set[str](), set[str](), set[str]()
        self._seats = set[tuple[str, str]]()
        for item in items:
            self._add(item)

    def _add(self, item: Item) -> None:
        keys = item["keys"]
        people = {keys.get(name, "") for name in ("bannerId", "priorBannerId", "login")} - {""}
        sections = {keys.get(name, "") for name in ("sisSectionId", "fromSisSectionId")} - {""}
        if item["object"] == "enrollment":
            self._courses |= {self._course_of[section] for section in sections & self._cancelled & set(self._course_of)}
            self._seats |= {(section, person) for section in sections for person in people}
        elif item["object"] == "user":
            self._people |= people
        else:
            self._sections |= sections
            self._courses |= {keys["sisCourseId"]} if "sisCourseId" in keys else set()

    def by(self, write: Any) -> bool:  # noqa: ANN401 an entry of the LMS's log
        """Tell whether a write is about something that differed."""
        key = write.key_values
        if write.table == "enrollment":
            return (key[0], key[1]) in self._seats or key[1] in self._people or self._in_place(key[0])
        if write.table in {"user", "login"}:
            return key[0] in self._people
        if write.table == "course":
            return key[0] in self._courses or any(self._course_of.get(one) == key[0] for one in self._sections)
        return self._in_place(key[0])

    def _in_place(self, section: str) -> bool:
        return section in self._sections or self._course_of.get(section, "") in self._courses


def _short(state: object) -> str:
    if isinstance(state, Mapping) and isinstance(state.get("enrollments"), list):
        return ", ".join(f"{row['role']} {row['state']}" for row in state["enrollments"])
    return "there" if state else "missing"
