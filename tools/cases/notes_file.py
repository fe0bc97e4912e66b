"""Advising notes from a file that the advising system exports, one JSON object a line; nothing of it is kept.

Keys: ``person`` (SIS id), ``id``, ``at`` (with a time zone) and ``text``. Notes have no public interface that could be
confirmed in Banner, so a campus exports what automation should stop for.
"""

import json
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from domain.errors import MalformedSource
from domain.findings import Finding, Severity
from domain.ids import SisPersonId
from domain.ports import Clock, Fetch, IdentityResolver
from domain.texts import WrittenText

SOURCE = "advising notes"


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")

    person: str
    id: str
    at: AwareDatetime
    text: str


class NotesFile:
    """Fits ``domain.texts.TextReader``; a line that is none of ours is said, by number, and the rest is read."""

    def __init__(self, path: Path, identities: IdentityResolver, clock: Clock) -> None:
        self._path, self._identities, self._clock = path, identities, clock

    def read_texts(self, since: datetime | None) -> Fetch[WrittenText]:
        """Return the notes since a moment; incomplete where the file or a line cannot be read."""
        now = self._clock.now()
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return Fetch(source=SOURCE, rows=(), complete=False, read_at=now, findings=(_unread("the file"),))
        found, faults = list[_Line](), list[Finding]()
        for number, line in enumerate(lines, start=1):
            try:
                found.append(_Line.model_validate(json.loads(line)))
            except (ValidationError, ValueError):
                faults.append(_unread(f"line {number}"))
        wanted = [line for line in found if since is None or line.at >= since]
        handles = self._identities.handles(sorted({SisPersonId(line.person) for line in wanted}))
        rows = tuple(
            WrittenText(
                person=handles[SisPersonId(line.person)], at=line.at, source=SOURCE, record=line.id, text=line.text
            )
            for line in wanted
        )
        return Fetch(source=SOURCE, rows=rows, complete=not faults, read_at=now, findings=tuple(faults))


def _unread(what: str) -> Finding:
    return Finding(
        code=MalformedSource.code,
        severity=Severity.WARNING,
        subject=SOURCE,
        message=f"Of the notes file, {what} could not be read.",
        fix="Export it again: one JSON object a line, with person, id, at and text.",
    )
