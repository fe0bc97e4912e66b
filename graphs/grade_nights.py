"""Which sections a night concerns: those with an open interim window on their day, those with holds that wait."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.calendar import local_day
from domain.grades import GradeColumn, InterimWindow
from domain.ids import SectionKey, TermCode
from domain.records import SectionStatus

if TYPE_CHECKING:
    from graphs.doors import Doors

_NOT_TAUGHT = frozenset({SectionStatus.CANCELLED, SectionStatus.PENDING})


def sections_of_night(doors: "Doors", values: Mapping[str, str]) -> Iterator[tuple[SectionKey, GradeColumn]]:
    """Yield sections of a term with the column to look at; ``values`` has ``term`` and ``at``, the schedule's moment.

    Interim grades are looked at weekly, on the institution's day (S200). A section with a hold that nobody has answered
    in time is looked at every night, in the column whose window is open (S98), and so are final grades for some time
    after they were carried, since one may be taken out of the SIS by hand (R96).
    """
    term, practice = TermCode(values["term"]), doors.institution.grading
    day = local_day(datetime.fromisoformat(values["at"]), doors.institution.zone)
    opened = {window.part: window for window in practice.interim if window.open_on <= day <= window.freeze_on}
    weekly = set(_interim(doors, term, opened)) if practice.interim_day.falls_on(day) else set()
    for section in sorted(weekly):
        yield section, GradeColumn.INTERIM
    now, wanted = doors.clock.now(), dict[SectionKey, GradeColumn]()
    for section in doors.grading.holds.unanswered(now - timedelta(hours=practice.hold_hours)):
        if section.term == term and section not in weekly:
            wanted[section] = GradeColumn.INTERIM if opened else GradeColumn.FINAL
    since = now - timedelta(days=practice.recheck_days)
    wanted |= dict.fromkeys(doors.grading.receipts.carried_since(term, GradeColumn.FINAL, since), GradeColumn.FINAL)
    yield from sorted(wanted.items())


def _interim(doors: "Doors", term: TermCode, opened: Mapping[str, InterimWindow]) -> Iterator[SectionKey]:
    """Yield the sections taught in a part of term whose interim window is open."""
    if not opened:
        return
    for section in doors.sis.read_sections(term).rows:
        here = section.lms.casefold() == doors.institution.lms_platform.casefold()
        if section.part in opened and here and section.status not in _NOT_TAUGHT:
            yield section.key
