"""Carrying feed messages and people's own actions into a Canvas, in the order of their times."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from heapq import merge
from typing import NamedTuple

from simulator.canvas.refusals import Refusal
from simulator.canvas.state import CanvasState
from simulator.clock import CampusClock
from simulator.world.operations import Operation
from simulator.world.practice import AUDITOR, COLUMNS, FeedRow

Key = tuple[str, ...]
"""A natural key: ("enrollment", section, person), ("section", id), ("course", id) or ("user", id), by SIS id."""


class Delivery(NamedTuple):
    """Rows that reach Canvas at a moment because of an operation."""

    at: datetime
    rows: tuple[FeedRow, ...]
    operation: Operation


class HandAction(NamedTuple):
    """Something a person does in Canvas's own pages: what, to which keys, and how."""

    at: datetime
    what: str
    keys: tuple[Key, ...]
    perform: Callable[[CanvasState], object]


def _time_of(each: Delivery | HandAction) -> datetime:
    return each.at


def furnish(canvas: CanvasState, rows: Iterable[FeedRow]) -> None:
    """Give a new Canvas its sub-accounts, terms and the auditor's role."""
    canvas.create_role(AUDITOR, "StudentEnrollment")
    import_rows(canvas, list(rows))


def import_rows(canvas: CanvasState, rows: Sequence[FeedRow]) -> None:
    """Hand rows to Canvas's SIS import, one file per kind, keeping their order within a kind."""
    texts: dict[str, io.StringIO] = {}
    writers = {}
    for row in rows:
        if row.file not in writers:
            texts[row.file] = io.StringIO()
            writers[row.file] = csv.writer(texts[row.file])
            writers[row.file].writerow(COLUMNS[row.file])
        writers[row.file].writerow(row.cells)
    canvas.import_csv({f"{file}.csv": text.getvalue() for file, text in texts.items()})


class Carrier:
    """Collects rows into nightly imports; a change of SIS id starts a new one, because Canvas applies it first."""

    def __init__(self, canvas: CanvasState, clock: CampusClock) -> None:
        self._canvas = canvas
        self._clock = clock
        self._waiting: list[FeedRow] = []
        self._day: date | None = None
        self._at: datetime | None = None
        self.performed: list[HandAction] = []

    def carry(self, deliveries: Iterable[Delivery], actions: Iterable[HandAction] = ()) -> None:
        """Bring everything to Canvas by time; what people do waits for the imports before it."""
        due: Iterator[Delivery | HandAction] = merge(deliveries, actions, key=_time_of)
        for each in due:
            if isinstance(each, HandAction):
                self._flush()
                self._perform(each)
            else:
                self._collect(each)
        self._flush()

    def _collect(self, delivery: Delivery) -> None:
        renames = any(row.file == "change_sis_id" for row in delivery.rows)
        if renames or delivery.at.date() != self._day:
            self._flush()
        self._day, self._at = delivery.at.date(), delivery.at
        self._waiting.extend(delivery.rows)

    def _flush(self) -> None:
        if self._waiting and self._at is not None:
            self._clock.set(self._at)
            import_rows(self._canvas, self._waiting)
        self._waiting = []

    def _perform(self, action: HandAction) -> None:
        """Do what a person does; Canvas may refuse, and then nothing has happened."""
        self._clock.set(action.at)
        try:
            with self._canvas.acting("hand", action.what):
                action.perform(self._canvas)
        except Refusal:
            return
        self.performed.append(action)
