"""The institution's policy tables for drops and withdrawals: refunds, records, load, progress, federal aid, offices.

Every figure of an impact statement names a row of these tables. A row that is missing is a question to a person, never
a default (R50, E20).
"""

from domain.drop_policy.dates import Break, PartDates, RefundTier
from domain.drop_policy.policy import DropPolicy, PolicyTable
from domain.drop_policy.standards import (
    AidClock,
    AttendancePractice,
    ConductPractice,
    GradeMarks,
    LastClassRule,
    LoadThreshold,
    Prerequisite,
    ProgressStandard,
    Reinstatement,
    RepeatLimit,
    Rounding,
    SpecialPopulation,
    Standards,
)
from domain.populations import Population

__all__ = [
    "AidClock",
    "AttendancePractice",
    "Break",
    "ConductPractice",
    "DropPolicy",
    "GradeMarks",
    "LastClassRule",
    "LoadThreshold",
    "PartDates",
    "PolicyTable",
    "Population",
    "Prerequisite",
    "ProgressStandard",
    "RefundTier",
    "Reinstatement",
    "RepeatLimit",
    "Rounding",
    "SpecialPopulation",
    "Standards",
]
