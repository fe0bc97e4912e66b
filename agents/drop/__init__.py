"""The drop specialist: says what leaving a class means, row by row; it has no hands, it gives no advice (S115)."""

from agents.drop.impact import plan_impact, plan_without_policy
from agents.drop.names import FigureName, NoticeName, QuestionName
from agents.drop.policy_file import load_drop_policy
from agents.drop.statement import Figure, ImpactStatement, Notice, OpenQuestion, Standing, Unit
from agents.drop.wording import explain_impact

__all__ = [
    "Figure",
    "FigureName",
    "ImpactStatement",
    "Notice",
    "NoticeName",
    "OpenQuestion",
    "QuestionName",
    "Standing",
    "Unit",
    "explain_impact",
    "load_drop_policy",
    "plan_impact",
    "plan_without_policy",
]
