"""What a textbook would do, beside which the statistics are set: the distance from the column's median (S86)."""

import numpy as np

from agents.grades.anomalies.column_checks import column_middle
from agents.grades.anomalies.marks import Floats, Marks


def distances_from_median(marks: Marks) -> Floats:
    """Return how many scaled median absolute deviations each mark lies from the median of its column."""
    distance = np.zeros(len(marks.score))
    for column in range(len(marks.columns)):
        rows = marks.rows_of(column)
        if len(rows):
            median, spread = column_middle(marks.score[rows])
            distance[rows] = np.abs(marks.score[rows] - median) / spread
    return distance
