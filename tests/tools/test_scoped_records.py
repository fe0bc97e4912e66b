"""S220, R28: student records that are out of scope are not asked for, and answer as not known."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.drops import Flags, Source
from domain.ids import RecordHandle
from domain.learning import Programme
from domain.populations import Population
from domain.ports import Fetch
from domain.scope import COLLECTIONS, DataScope
from tests.tools.sis_campus import MATH, TERM
from tools.scoped_records import ScopedRecords

NOW = datetime(2026, 9, 21, tzinfo=UTC)
WHO = RecordHandle("per_0123456789abcdef")
BARE = {"people": COLLECTIONS["people"].needed, "registrations": COLLECTIONS["registrations"].needed}
CALLS: dict[str, tuple[Any, ...]] = {
    "read_account": (WHO, MATH),
    "read_progress": (WHO, MATH),
    "read_flags": (WHO, TERM),
    "read_grade_options": (MATH,),
    "read_attendance": (MATH,),
    "read_programmes": ([WHO],),
    "read_past_courses": ([WHO],),
    "read_standings": ([WHO], TERM),
}


class Banner:
    """Records that remember what they were asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def read(*_: object, **__: object) -> Any:
            self.asked.append(name)
            return ANSWERS.get(name)

        return read


ANSWERS: dict[str, Any] = {
    "read_flags": Flags(
        populations=frozenset({Population.ATHLETE, Population.VETERAN}),
        pending_conduct=True,
        federal_aid=None,
        source=Source(system="banner", read_at=NOW),
    ),
    "read_programmes": Fetch(
        source="banner",
        rows=(Programme(person=WHO, code="BS", title="Science", level="UG"),),
        complete=True,
        read_at=NOW,
    ),
}


def scoped(**collections: Sequence[str]) -> tuple[Banner, ScopedRecords]:
    said = {name: tuple(sorted(fields)) for name, fields in {**BARE, **collections}.items()}
    banner = Banner()
    return banner, ScopedRecords(banner, DataScope(version=1, systems={"banner": said}), "banner")


@pytest.mark.parametrize("call", sorted(CALLS))
def test_what_is_out_of_scope_is_not_asked_for_and_never_empty(call: str) -> None:
    banner, records = scoped()
    found = getattr(records, call)(*CALLS[call])
    assert banner.asked == []
    assert found is None or (found.rows, found.complete) == ((), False)
    if found is not None:
        assert "out of scope" in found.findings[0].message


def test_grading_is_out_of_scope_with_grades() -> None:
    banner, records = scoped()
    assert records.read_grading(MATH, has_scheme=None) is None
    assert banner.asked == []


@pytest.mark.parametrize("call", sorted(CALLS))
def test_what_is_in_scope_is_asked_for(call: str) -> None:
    names = ("grades", "accounts", "progress", "attendance", "programmes", "populations")
    banner, records = scoped(**{name: tuple(COLLECTIONS[name].fields) for name in names})
    getattr(records, call)(*CALLS[call])
    assert banner.asked == [call]


def test_r28_only_populations_in_scope_come_in_and_conduct_only_with_disciplinary_holds() -> None:
    _, records = scoped(populations=("athlete",))
    flags = records.read_flags(WHO, TERM)
    assert flags is not None
    assert (flags.populations, flags.pending_conduct) == ({Population.ATHLETE}, None)
    _, records = scoped(populations=("veteran",), holds=("disciplinary",))
    flags = records.read_flags(WHO, TERM)
    assert flags is not None
    assert (flags.populations, flags.pending_conduct) == ({Population.VETERAN}, True)


def test_s220_fields_out_of_scope_are_blank() -> None:
    _, records = scoped(programmes=("code", "level", "active"))
    (row,) = records.read_programmes([WHO]).rows
    assert (row.code, row.title) == ("BS", "")


def test_a_grade_that_is_held_cannot_be_left_out_of_scope() -> None:
    said = {name: tuple(sorted(fields)) for name, fields in BARE.items()}
    scope = DataScope(version=1, systems={"banner": {**said, "grades": ("status", "mode")}})
    assert {"Add final_letter.", "Add stage."} <= {fault.fix for fault in scope.faults()}
