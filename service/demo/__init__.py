"""The demonstration: a campus on loopback, reconciled from start to end and scored against what was planted."""
