"""The resources that Ethos offers over Banner: versions, records, and which filters are answered from an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from simulator.banner.criteria import Leaf, matches
from simulator.banner.state import BannerState
from simulator.banner.wire import HasGuid, Json, Version

RowT = TypeVar("RowT")


def own_guid(row: HasGuid) -> str:
    """The GUID a row carries itself."""
    return row.guid


class Offered(Protocol):
    """What the faces need of a resource, whatever its rows are."""

    @property
    def name(self) -> str:
        """How it is called."""

    @property
    def versions(self) -> Sequence[Version]:
        """The versions offered, the newest last."""

    def get(self, state: BannerState, guid: str) -> Json | None:
        """One record by GUID, or None."""

    def page(self, state: BannerState, leaves: Sequence[Leaf], offset: int, limit: int) -> tuple[list[Json], int]:
        """A page of records and how many there are in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Generic[RowT]):
    """One resource. `by` answers filters on a path from an index; other paths are matched record by record.

    Rows that are `made` when asked for are kept until Banner changes or time passes, so that reading page after
    page does not make them again.
    """

    name: str
    versions: Sequence[Version]
    rows: Callable[[BannerState], Iterable[RowT]]
    show: Callable[[BannerState, RowT], Json]
    guid: Callable[[RowT], str]
    find: Callable[[BannerState, str], RowT | None] | None = None
    by: Mapping[str, Callable[[BannerState, str], Iterable[RowT]]] = field(default_factory=dict)
    made: bool = False
    kept: dict[object, list[RowT]] = field(default_factory=dict, compare=False)

    def select(self, state: BannerState, leaves: Sequence[Leaf]) -> list[RowT]:
        """The rows that satisfy every leaf of a filter, in a stable order."""
        indexed = [leaf for leaf in leaves if leaf[0] in self.by]
        others = [leaf for leaf in leaves if leaf[0] not in self.by]
        chosen = self._indexed(state, indexed) if indexed else list(self.rows(state))
        if not others:
            return chosen
        return [row for row in chosen if self._satisfies(self.show(state, row), others)]

    def _indexed(self, state: BannerState, leaves: Sequence[Leaf]) -> list[RowT]:
        (path, value), *rest = leaves
        chosen = list(self.by[path](state, value))
        for other_path, other_value in rest:
            allowed = {self.guid(row) for row in self.by[other_path](state, other_value)}
            chosen = [row for row in chosen if self.guid(row) in allowed]
        return chosen

    def _satisfies(self, record: Json, leaves: Sequence[Leaf]) -> bool:
        return all(matches(record, leaf) for leaf in leaves)

    def get(self, state: BannerState, guid: str) -> Json | None:
        """One record by GUID, or None."""
        if self.find is not None:
            row = self.find(state, guid)
        else:
            row = next((each for each in self.rows(state) if self.guid(each) == guid), None)
        return None if row is None else self.show(state, row)

    def page(self, state: BannerState, leaves: Sequence[Leaf], offset: int, limit: int) -> tuple[list[Json], int]:
        """A page of records and how many there are in all; past the end the page is empty."""
        chosen = self._made(state, leaves) if self.made else self.select(state, leaves)
        return [self.show(state, row) for row in chosen[offset : offset + limit]], len(chosen)

    def _made(self, state: BannerState, leaves: Sequence[Leaf]) -> list[RowT]:
        """The rows of the last filter asked for, made anew when the campus has moved on since."""
        key = (id(state), state.changes, state.clock.now(), tuple(leaves))
        if key not in self.kept:
            self.kept.clear()
            self.kept[key] = self.select(state, leaves)
        return self.kept[key]
