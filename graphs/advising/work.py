"""Who has not handed in what was due; what was not read is not known, and never counted as missing (R122)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.errors import IncompleteFetch
from domain.ids import AssignmentId, RecordHandle
from domain.learning import Assignment, Submission, WorkKind
from domain.principals import Principal, Role
from domain.records import Section
from graphs.advising.matching import course_of
from graphs.advising.sight import Sight, section_page
from tools.catalog.reading import Fact, Quoted, Reading, Source

_MOST = 40
_NAMED = 3
_NOT_HANDED_IN = frozenset({WorkKind.NOT_GRADED, WorkKind.ATTENDANCE})
Handed = Mapping[tuple[AssignmentId, RecordHandle], Submission]


@dataclass(frozen=True)
class WorkLook:
    """Looks up work for one conversation."""

    sight: Sight

    def list_missing(self, caller: Principal, words: str) -> Reading:
        """Return one line per student with something missing, most first."""
        rows, sources = list[dict[str, Fact]](), list[Source]()
        for section in self._sections(caller, words):
            rows += self._of(section, caller, sources)
        rows.sort(key=lambda row: -int(str(row["count"])))
        shown: list[Fact] = [*rows[:_MOST]]
        now = self.sight.at(self.sight.provost.clock.now())
        return Reading({"students": shown, "more": max(0, len(rows) - _MOST), "read_at": now}, tuple(sources))

    def _sections(self, caller: Principal, words: str) -> tuple[Section, ...]:
        if Role.STUDENT in caller.roles and caller.person is not None:
            return tuple(seat.section for seat in self.sight.seats_meant(caller.person, words))
        return self.sight.sections_meant(caller, words)

    def _of(self, section: Section, caller: Principal, sources: list[Source]) -> Iterable[dict[str, Fact]]:
        own = caller.person if Role.STUDENT in caller.roles else None
        roster = self.sight.roster(section.key).rows if own is None else (own,)
        seen = self.sight.permitted(caller, "submission", roster, section.key)
        room = self.sight.classroom()
        asked, handed = room.read_assignments(section.key), room.read_submissions(section.key)
        if not (asked.complete and handed.complete):
            fix = "Ask again later, or look in the LMS."
            raise IncompleteFetch("Not all of the work of this class could be read.", field=str(section.key), fix=fix)
        sources.append(self.sight.from_lms(f"work of {course_of(section)}", handed.read_at, section_page(section)))
        due = _due(asked.rows, self.sight.provost.clock.now())
        by_seat = {(row.assignment, row.person): row for row in handed.rows}
        for who in roster:
            missing = [work for work in due if who in seen and _is_missing(by_seat, work, who)]
            if missing:
                yield self._line(section, who, missing)

    def _line(self, section: Section, who: RecordHandle, missing: list[Assignment]) -> dict[str, Fact]:
        names = "; ".join(f"{work.name}, due {self._day(work)}" for work in missing[-_NAMED:])
        return {"student": who, "course": course_of(section), "count": len(missing), "missing": Quoted(names)}

    def _day(self, work: Assignment) -> str:
        return self.sight.at(work.due_at)[:10] if work.due_at else "no day"


def _due(assignments: Iterable[Assignment], now: datetime) -> list[Assignment]:
    """Return what was due, oldest first."""
    found = [
        work
        for work in assignments
        if work.published and work.due_at and work.due_at < now and work.kind not in _NOT_HANDED_IN
    ]
    return sorted(found, key=lambda work: (work.due_at is None, work.due_at))


def _is_missing(handed: Handed, work: Assignment, who: RecordHandle) -> bool:
    row = handed.get((work.id, who))
    return row is None or (row.submitted_at is None and row.score is None and not row.excused)
