"""The propose tools: an agent asks for a change with them and never makes one.

None of them has a body that does anything. The call is stopped before it runs, put to governance as a plan, and a
person answers for that plan (principle 4). Were one ever run, it refuses.
"""

from typing import Annotated, Literal, NoReturn

from langchain_core.tools import tool
from pydantic import Field

from domain.errors import ApprovalRequired
from tools.catalog.read_tools import Course

Student = Annotated[str, Field(description="The code of one student exactly as it stands in the conversation.")]
About = Annotated[
    Literal["grades", "attendance", "missing work", "wellbeing", "planning"], Field(description="What the case is for.")
]


@tool
def propose_learning_path(course: Course, person: Student) -> str:
    """Ask that a student is sent what the class offers; it waits for the assigned advisor."""
    _refuse(course, person)


@tool
def propose_case(course: Course, person: Student, about: About) -> str:
    """Ask that a case is opened for a student; it waits for the assigned advisor."""
    _refuse(course, person, about)


def _refuse(*_asked: str) -> NoReturn:
    raise ApprovalRequired("A change is only proposed here.", field="tool", fix="Answer it in the approvals inbox.")
