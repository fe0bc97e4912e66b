"""Reads holds and academic histories from the collections that make them up."""

from collections import Counter
from collections.abc import Iterable

from domain.records import AcademicHistory, Hold
from tools.sis.banner.lookups import Catalog
from tools.sis.banner.proxy import EthosProxy
from tools.sis.banner.settings import Params
from tools.sis.banner.students import StudentReader, count_withdrawals
from tools.sis.banner.wire_students import AdvisorWire, GpaWire, HoldWire, TranscriptWire
from tools.sis.reading import Reading


def read_all_holds(proxy: EthosProxy, reader: StudentReader, reading: Reading) -> tuple[Hold, ...]:
    """Read every hold (S128, S129)."""
    rows = proxy.collect(HoldWire, "person-holds", reading).rows.values()
    return tuple(hold for row in rows if (hold := reader.read_hold(row)))


def read_all_histories(
    proxy: EthosProxy, catalog: Catalog, reader: StudentReader, reading: Reading
) -> tuple[AcademicHistory, ...]:
    """Read GPA, earlier withdrawals and advisor of every student (S132, S133)."""
    gpas = proxy.collect(GpaWire, "student-grade-point-averages", reading).rows.values()
    advisors = proxy.collect(AdvisorWire, "student-advisor-relationships", reading).rows.values()
    return tuple(reader.read_histories(gpas, _count_withdrawals(proxy, catalog, reading), advisors))


def _count_withdrawals(proxy: EthosProxy, catalog: Catalog, reading: Reading) -> Counter[str] | None:
    """Count earlier withdrawals by student; None where not every transcript row came, because unknown is not zero."""
    wanted = proxy.settings.withdrawal_grades
    grades = {guid for guid, row in catalog.grades.table(reading).items() if row.letter in wanted}
    if not grades:
        return None
    own, counted = Reading(reading.source), Counter[str]()
    for query in _queries(proxy, grades):
        rows = proxy.collect(TranscriptWire, "student-transcript-grades", own, query).rows.values()
        counted += count_withdrawals(rows, grades)
    reading.notes.extend(own.notes)
    if own.complete:
        return counted
    reading.lost_some(own.missing)
    return None


def _queries(proxy: EthosProxy, grades: set[str]) -> Iterable[Params]:
    """Return one query per withdrawal grade where the tenant has one, else the whole collection."""
    by_grade = proxy.settings.transcripts_by_grade
    return [by_grade.params(id=guid) for guid in sorted(grades)] if by_grade else [()]
