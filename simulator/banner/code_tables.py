"""Code tables as resources: a GUID, a code and a title per line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulator.banner.letters import BY_GUID, LETTERS, Letter, scheme_guid
from simulator.banner.resources import Resource, own_guid
from simulator.banner.state import BannerState
from simulator.banner.tables import guid_of
from simulator.banner.wire import Json, Version, reference

V6 = (Version(6),)


class Code(NamedTuple):
    """A line of a code table."""

    guid: str
    code: str
    title: str


def code_table(table: str, titles: Mapping[str, str], versions: Sequence[Version] = V6) -> Resource[Code]:
    """A code table as a resource."""
    rows = [Code(guid_of(table, code), code, title) for code, title in titles.items()]
    return Resource(
        name=table,
        versions=versions,
        rows=lambda _state: rows,
        show=lambda _state, row: {"id": row.guid, "code": row.code, "title": row.title},
        guid=own_guid,
    )


def grade_definitions() -> Resource[Letter]:
    """The letters, each in its scheme."""

    def show(_state: BannerState, row: Letter) -> Json:
        grade = {"type": "letter", "value": row.value}
        return {"id": row.guid, "scheme": reference(scheme_guid(row.scheme)), "grade": grade}

    return Resource(
        name="grade-definitions",
        versions=V6,
        rows=lambda _state: LETTERS,
        show=show,
        guid=own_guid,
        find=lambda _state, guid: BY_GUID.get(guid),
    )
