"""The attendance specialist at work in one run: reads, judges by its rules, writes one file; it has no hands."""

import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from agents.attendance import Judged, ReportFile, Sight, judge_seats, write_report
from agents.attendance.judging import LATE, NOT_JUDGED, NOT_YET, YES
from agents.attendance.seats import Gap
from domain.calendar import local_day
from domain.findings import Finding
from domain.ids import RunId
from domain.ports import Clock
from domain.principals import Principal
from graphs.attendance_reading import AttendanceReading
from graphs.attendance_report import AttendanceRequest
from graphs.reports import Progress, ProgressSink, Stage
from graphs.workflow import Found
from store.canonical import JSON
from store.ledger import Ledger, Subject

if TYPE_CHECKING:
    from graphs.doors import Doors

REPORTED = "attendance.reported"
_MOST_FINDINGS = 200
_OPEN = frozenset({Gap.ENGAGEMENT.value, NOT_JUDGED})


@dataclass
class AttendanceWork:
    """What the specialist needs; fits ``graphs.attendance_report.AttendanceSpecialist``.

    What was read stays in memory until the run ends: a term of it does not belong into a checkpoint.
    """

    reading: AttendanceReading
    ledger: Ledger
    clock: Clock
    principal: Principal
    folder: Path
    progress: ProgressSink = lambda _: None
    _sights: list[Sight] | None = None
    _findings: list[Finding] = field(default_factory=list)
    _closer: bool = False

    def detect(self, request: AttendanceRequest) -> Found:
        """Read every class; where the list of seats is not whole, nothing is reported (R70)."""
        classes = self.reading.read_seats(request.term)
        if not classes.complete or not classes.seats:
            return Found(findings=classes.findings[:_MOST_FINDINGS], stopped=True)
        self._sights, self._findings = [], list(classes.findings)
        for number, (section, seats) in enumerate(classes.seats, start=1):
            sights, findings = self.reading.read_class(section, seats, self._today)
            self._sights += sights
            self._findings += findings
            self._tell(Stage.DETECT, "classes", number, len(classes.seats))
        counts = {"classes": len(classes.seats), "seats": len(self._sights)}
        return Found(counts=counts, findings=tuple(self._findings[:_MOST_FINDINGS]))

    def enrich(self, request: AttendanceRequest, found: Found) -> Found:
        """Read every event of those whose silence would count, and say how many were looked at and what it came to."""
        judged = self._judged(request)
        counts = {**found.counts, "looked at closely": sum(one.sight.whole for one in judged)}
        counts["never attended"] = sum(one.never.word == YES for one in judged)
        counts["attended after census only"] = sum(one.never.word == LATE for one in judged)
        counts["not attended yet"] = sum(one.never.word == NOT_YET for one in judged)
        counts["students who may have left"] = len({one.sight.seat.person for one in judged if one.left.word == YES})
        told = Counter(what for one in judged for what in one.discrepancy.split("; ") if what)
        return found.model_copy(update={"counts": {**counts, **dict(sorted(told.items()))}})

    def propose(self, request: AttendanceRequest) -> ReportFile:
        """Write the file under its own hash, whole or not at all; nothing in a dry run."""
        file, content = write_report(request.term, self._today, self._judged(request))
        if not request.dry_run:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(self.folder / file.name, content)
        return file

    def record(self, request: AttendanceRequest, file: ReportFile) -> None:
        """Append one entry that names the file, its hash and everybody in it (S216, S224)."""
        if request.dry_run or find_report(self.ledger, request.run) is not None:
            return
        people = sorted({one.sight.seat.person for one in self._judged(request)})
        body: dict[str, JSON] = {
            **file.model_dump(mode="json"),
            "agent": self.principal.id,
            "purpose": "attendance report",
            "what": "attendance, activity, submission, grade",
            "records": len(people),
            "basis": "school_official",
        }
        self.ledger.append(REPORTED, self.principal.id, request.run, body, [Subject(person) for person in people])

    def _judged(self, request: AttendanceRequest) -> tuple[Judged, ...]:
        """Return every seat judged; a run that was cut short reads again."""
        if self._sights is None:
            self.detect(request)
        sights, zone = self._sights or [], self.reading.institution.zone
        if not self._closer:
            judged = judge_seats(sights, self._today, zone)
            doubtful = {(one.sight.seat.section, one.sight.seat.person) for one in judged if _is_doubtful(one)}
            self._sights = sights = self._look(sights, lambda one: (one.seat.section, one.seat.person) in doubtful)
            self._closer = True
        return judge_seats(sights, self._today, zone)

    def _look(self, sights: Sequence[Sight], wanted: Callable[[Sight], bool]) -> list[Sight]:
        total, found = sum(map(wanted, sights)), list[Sight]()
        for sight in sights:
            found.append(self.reading.look_closer(sight) if wanted(sight) else sight)
            self._tell(Stage.ENRICH, "students looked at", sum(one.whole for one in found), total)
        return found

    @property
    def _today(self) -> date:
        return local_day(self.clock.now(), self.reading.institution.zone)

    def _tell(self, stage: Stage, label: str, done: int, total: int) -> None:
        self.progress(Progress(stage=stage, label=label, done=done, total=total))


def _is_doubtful(one: Judged) -> bool:
    """Tell whether an answer waits for a whole reading of the seat's events."""
    return not one.sight.whole and not _OPEN.isdisjoint((one.never.reason, one.left.reason))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, so that nobody ever sees half of it."""
    draft = path.with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
    draft.replace(path)


def find_report(ledger: Ledger, run: RunId) -> ReportFile | None:
    """Return the file that a run put on record, or None."""
    entries = (json.loads(line) for line in ledger.export(run=run))
    found = next((entry["body"] for entry in entries if entry["kind"] == REPORTED), None)
    return ReportFile.model_validate({name: found[name] for name in ReportFile.model_fields}) if found else None


def open_attendance_work(doors: "Doors", principal: Principal, progress: ProgressSink) -> AttendanceWork:
    """Put the specialist together from an installation."""
    readers = doors.readers
    reading = AttendanceReading(
        doors.sis, doors.identities, doors.institution, classroom=readers.classroom, records=readers.records
    )
    folder = doors.settings.home / "attendance"
    return AttendanceWork(reading, doors.ledger, doors.clock, principal, folder, progress)
