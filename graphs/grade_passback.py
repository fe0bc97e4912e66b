"""Carries attested grades from the LMS to the SIS: detect, enrich, propose, the governed change, and then the receipts.

The system is never the grader. A sheet whose hash no grader has attested is not carried: the run places holds, asks the
graders, and ends; the attestation is a grader's own command, and the next run carries exactly what was attested (R92).
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from agents.grades.reading import GradeReading
from domain.grades import GradeColumn
from domain.ids import RunId, SectionKey
from graphs.channels import checked
from graphs.governed_change import governed_change
from graphs.governing import Governor, PlanRef, Populations
from graphs.grade_specialist import Carried, GradeActing, GradeRequest, Looked
from graphs.papers import Paper
from graphs.reports import ProgressSink
from graphs.workflow import Proposed, Workflow, WorkState, agent, put_forward

if TYPE_CHECKING:
    from graphs.doors import Doors

GRADES_AGENT = agent("grades", "grades:*", "messages:send_message", "tickets:*")


class GradeState(WorkState, total=False):
    """A passback run: what was read, what was made of it, what is put to governance, what the SIS did."""

    request: GradeRequest
    reading: Paper
    looked: Paper
    plan: PlanRef | None
    populations: Populations
    carried: Carried


def detect(state: GradeState, runtime: Runtime[GradeActing]) -> GradeState:
    """Read roster, gradebook and marks; what did not come whole concludes nothing (R70)."""
    specialist = runtime.context.grades
    reading = specialist.detect(state["request"])
    return {
        "reading": Paper.of(reading),
        "populations": specialist.populations(reading),
        "found": specialist.found(reading),
    }


def enrich(state: GradeState, runtime: Runtime[GradeActing]) -> GradeState:
    """Look for errors of entry and for grades that activity does not bear out, and make the sheet (S86, S87)."""
    specialist, reading = runtime.context.grades, state["reading"].read(GradeReading)
    looked = specialist.enrich(state["request"], reading)
    return {"looked": Paper.of(looked), "found": specialist.found(reading, looked)}


def propose(state: GradeState, runtime: Runtime[GradeActing]) -> Proposed:
    """Turn holds, attested lines, words and tickets into one plan; another hash than the attested sends no grade."""
    reading, looked = _papers(state)
    acting = runtime.context
    return put_forward(acting.grades.propose(state["request"], reading, looked), acting.governor)


def receive(state: GradeState, runtime: Runtime[GradeActing]) -> GradeState:
    """Keep a receipt for each student and read back what the SIS holds now: success is what was read back (R95)."""
    specialist, (reading, looked) = runtime.context.grades, _papers(state)
    carried = specialist.receive(state["request"], looked)
    return {"carried": carried, "found": specialist.found(reading, looked, carried)}


def tell(state: GradeState, runtime: Runtime[GradeActing]) -> Proposed:
    """Tell every grader what the SIS did, a part that was refused above all (R95)."""
    reading, looked = _papers(state)
    acting = runtime.context
    return put_forward(acting.grades.tell(state["request"], reading, looked), acting.governor)


def _papers(state: GradeState) -> tuple[GradeReading, Looked]:
    return state["reading"].read(GradeReading), state["looked"].read(Looked)


def grade_passback() -> "StateGraph[Any, Any, Any, Any]":
    """Build the graph, to be compiled with a checkpointer."""
    builder = StateGraph(checked(GradeState), context_schema=GradeActing)
    for name, node in (("detect", detect), ("enrich", enrich), ("propose", propose), ("receive", receive)):
        builder.add_node(name, node)
    builder.add_node("tell", tell)
    builder.add_node("govern", governed_change().compile(name="governed_change"))
    builder.add_node("govern_words", governed_change().compile(name="governed_change"))
    builder.add_edge(START, "detect")
    builder.add_conditional_edges("detect", lambda state: END if state["found"].stopped else "enrich", ["enrich", END])
    builder.add_edge("enrich", "propose")
    builder.add_conditional_edges("propose", lambda state: "govern" if state["plan"] else END, ["govern", END])
    builder.add_edge("govern", "receive")
    builder.add_conditional_edges("receive", lambda state: "tell" if state["carried"].sent else END, ["tell", END])
    builder.add_conditional_edges("tell", lambda state: "govern_words" if state["plan"] else END, ["govern_words", END])
    builder.add_edge("govern_words", END)
    return builder


def act(doors: "Doors", request: GradeRequest, governor: Governor, progress: ProgressSink) -> GradeActing:
    """Put together who acts in a run, with readers and no hands."""
    from graphs.grade_work import grade_work

    return GradeActing(request.run, GRADES_AGENT, governor, grade_work(doors, GRADES_AGENT, progress))


def begin(run: RunId, values: Mapping[str, str]) -> GradeRequest | None:
    """Return the request of one section; None for whatever names none, such as the SIS's word that a grade changed.

    What a passback wrote comes back as a notification; taking it up would go round for ever.
    """
    section = SectionKey.parse(values.get("section", ""))
    if section is None:
        return None
    column = GradeColumn(values.get("column", GradeColumn.FINAL.value))
    return GradeRequest(run=run, term=section.term, section=section, column=column)


def spread(doors: "Doors", values: Mapping[str, str]) -> Iterable[Mapping[str, str]]:
    """Yield one run for each section that a night concerns: an open interim window, or holds that wait (S98, S200)."""
    from graphs.grade_nights import sections_of_night

    for section, column in sections_of_night(doors, values):
        yield {**values, "section": str(section), "column": column.value}


WORKFLOW = Workflow(
    request=GradeRequest, agent=GRADES_AGENT, graph=grade_passback, acting=act, begin=begin, spread=spread
)
