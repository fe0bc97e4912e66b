"""The consult tool: a question of several looks goes to a specialist, who has looks only and answers in codes."""

from typing import Annotated, Literal

from langchain.tools import ToolRuntime
from langchain_core.tools import tool
from pydantic import Field

from tools.catalog.desk import Bound

Consulted = Literal[
    "grade_passback", "early_alert", "roster_sync", "drop_withdrawal", "course_insights", "learning_path"
]
"""The specialists that can be consulted; each has the looks of the list of tools that stand under its name."""
Asked = Annotated[
    str,
    Field(
        description="The whole question with every code, course and term it needs; the specialist knows nothing else."
    ),
]


@tool
def consult_specialist(specialist: Consulted, question: Asked, *, runtime: ToolRuntime[Bound, object]) -> str:
    """Hand a question that takes several looks to a specialist; for a single look call its own tool instead."""
    return runtime.context.consult(specialist, question)
