"""Course insights: what goes with higher grades, where little is used of much, and who offers what (S99 to S110)."""

from agents.insights.engaging import find_quiet_classes
from agents.insights.findings import Adoption, Engagement, Insights, Lift
from agents.insights.lifting import find_lifts
from agents.insights.observed import ClassObserved, Offered
from agents.insights.offering import count_adoption

__all__ = [
    "Adoption",
    "ClassObserved",
    "Engagement",
    "Insights",
    "Lift",
    "Offered",
    "count_adoption",
    "find_lifts",
    "find_quiet_classes",
]
