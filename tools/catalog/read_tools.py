"""The read tools: each takes a look for the caller and changes nothing."""

from typing import Annotated

from langchain.tools import ToolRuntime
from langchain_core.tools import tool
from pydantic import Field

from tools.catalog.desk import Bound

Run = ToolRuntime[Bound, object]
Person = Annotated[
    str, Field(description="The code of one person exactly as it stands in the conversation; empty for the caller.")
]
Course = Annotated[
    str, Field(description="A course such as BIOL 101, its title, or its term and CRN such as 202680-10001.")
]
Section = Annotated[
    str, Field(description="A class by course or by term and CRN; empty for all classes the caller may see.")
]
Words = Annotated[str, Field(description="The question in plain words.")]
When = Annotated[str, Field(description="last, this, or empty for all terms.")]
Trait = Annotated[str, Field(description="first_generation, pell, gender, race or ethnicity.")]


@tool
def find_grades(course: Course = "", person: Person = "", *, runtime: Run) -> str:
    """Read a student's grades: the official one of the SIS and the one in progress in the LMS, told apart."""
    return runtime.context.answer("find_grades", {"course": course, "person": person})


@tool
def list_at_risk(section: Section = "", *, runtime: Run) -> str:
    """List which students of the caller are at risk and why; numbers only where the caller may see no names."""
    return runtime.context.answer("list_at_risk", {"section": section})


@tool
def explain_roster_changes(section: Section = "", *, runtime: Run) -> str:
    """Explain what was changed on the roster of a class, by which rule, and who let it be."""
    return runtime.context.answer("explain_roster_changes", {"section": section})


@tool
def explain_changes(person: Person = "", *, runtime: Run) -> str:
    """Explain what was changed for one student, by which rule, and who let it be."""
    return runtime.context.answer("explain_changes", {"person": person})


@tool
def explain_drop(course: Course = "", person: Person = "", *, runtime: Run) -> str:
    """Say what leaving a class today would mean for a student; nothing is dropped by asking."""
    return runtime.context.answer("explain_drop", {"course": course, "person": person})


@tool
def list_missing_work(section: Section = "", *, runtime: Run) -> str:
    """List which students of a class have not handed in what was due."""
    return runtime.context.answer("list_missing_work", {"section": section})


@tool
def read_outreach(person: Person = "", when: When = "", *, runtime: Run) -> str:
    """Read the alerts, cases and outreach about one student, this term and before."""
    return runtime.context.answer("read_outreach", {"person": person, "when": when})


@tool
def search_policies(question: Words, runtime: Run) -> str:
    """Search the institution's policies and course materials; cite the source of whatever is used."""
    return runtime.context.answer("search_policies", {"question": question})


@tool
def count_students(trait: Trait, section: Section = "", *, runtime: Run) -> str:
    """Count the students with a trait; never says who they are, and hides small numbers."""
    return runtime.context.answer("count_students", {"trait": trait, "section": section})


@tool
def list_roster(section: Section = "", *, runtime: Run) -> str:
    """List who is registered in a class."""
    return runtime.context.answer("list_roster", {"section": section})


@tool
def list_waiting_approvals(runtime: Run) -> str:
    """List what waits for the caller's approval."""
    return runtime.context.answer("list_waiting_approvals", {})


@tool
def show_learning_path(course: Course = "", person: Person = "", *, runtime: Run) -> str:
    """Show what a class already offers that fits a student, and why."""
    return runtime.context.answer("show_learning_path", {"course": course, "person": person})
