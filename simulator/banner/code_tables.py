"""Code tables as resources: a GUID, a code and a title per line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from simulator.banner import people_views as people
from simulator.banner import schedule_views as schedule
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


def code_table(table: str, titles: Mapping[str, str]) -> Resource[Code]:
    """A code table as a resource."""
    rows = [Code(guid_of(table, code), code, title) for code, title in titles.items()]
    return Resource(
        name=table,
        versions=V6,
        rows=lambda _state: rows,
        show=lambda _state, row: {"id": row.guid, "code": row.code, "title": row.title},
        guid=own_guid,
    )


def grade_definitions() -> Resource[Code]:
    """The letters, each in the standard scheme."""
    rows = [Code(people.grade_guid(letter), letter, letter) for letter in people.LETTERS]

    def show(_state: BannerState, row: Code) -> Json:
        grade = {"type": "letter", "value": row.code}
        return {"id": row.guid, "scheme": reference(schedule.STANDARD_SCHEME), "grade": grade}

    return Resource(name="grade-definitions", versions=V6, rows=lambda _state: rows, show=show, guid=own_guid)
