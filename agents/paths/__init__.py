"""Learning paths: from what a student studies, has done and does to what the class already offers (S91 to S95)."""

from agents.paths.choosing import choose
from agents.paths.known import Known
from agents.paths.recommended import Driver, LearningPath, Need, Recommendation, View

__all__ = ["Driver", "Known", "LearningPath", "Need", "Recommendation", "View", "choose"]
