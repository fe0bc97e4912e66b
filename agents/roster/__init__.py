"""The roster specialist: compares both systems, classifies what differs, and proposes; it has no hands (S246, S247)."""

from agents.roster.detected import Detection, Difference, Preflight, SectionCount
from agents.roster.detection import detect, detect_one
from agents.roster.proposal import propose
from agents.roster.snapshots import RosterSnapshots, SourceCounts

__all__ = [
    "Detection",
    "Difference",
    "Preflight",
    "RosterSnapshots",
    "SectionCount",
    "SourceCounts",
    "detect",
    "detect_one",
    "propose",
]
