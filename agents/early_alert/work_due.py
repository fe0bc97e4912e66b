"""A student's own work: what is overdue, what is due next; nothing of anybody else (R130, R132)."""

from typing import TYPE_CHECKING

from agents.early_alert.campus_days import SectionDays
from agents.early_alert.signalled import WorkItem

if TYPE_CHECKING:
    import duckdb

SHOWN = 3
_OPEN = """
SELECT lms_id, kind, d.due_day FROM due_now d JOIN enrolment e USING (section) JOIN assignment USING (assessment)
LEFT JOIN submission s ON s.enrolment = e.enrolment AND s.assessment = d.assessment
WHERE e.enrolment = $enrolment AND s.enrolment IS NULL AND d.due_day IS NOT NULL AND (d.is_due OR d.due_day >= $day)
ORDER BY d.due_day, lms_id"""


def open_work(
    connection: "duckdb.DuckDBPyConnection", enrolment: int, day: int, days: SectionDays
) -> tuple[WorkItem, ...]:
    """Return what the student has not handed in: the last pieces overdue and the next ones due."""
    rows = connection.execute(_OPEN, {"enrolment": enrolment, "day": day}).fetchall()
    items = [WorkItem(lms_id=id_, kind=kind, due_on=days.date_of(due), missed=due < day) for id_, kind, due in rows]
    missed, coming = [each for each in items if each.missed], [each for each in items if not each.missed]
    return (*missed[-SHOWN:], *coming[:SHOWN])
