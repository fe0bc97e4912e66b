"""The attendance report: what both systems show of each student's presence in each class, told apart (S214 to S217)."""

from agents.attendance.file import COLUMNS, ReportFile, write_report
from agents.attendance.judging import Judged, judge_seats
from agents.attendance.seats import Seat, Sight

__all__ = ["COLUMNS", "Judged", "ReportFile", "Seat", "Sight", "judge_seats", "write_report"]
