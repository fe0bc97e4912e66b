"""What the rules leave over: a model may word it for the ticket and decides nothing (S247, E13)."""

from collections.abc import Sequence

import pytest

from agents.roster import propose
from agents.roster.leftovers import LABELS, classify_leftovers
from domain.changes import CreateTicket
from domain.evidence import Evidence
from domain.ids import PrincipalId, RunId
from domain.ports import Classification
from domain.records import RegistrationStatus
from tests.agents.world import NOW, World


class Model:
    """A model with one answer, that remembers what it was shown."""

    def __init__(self, answer: Classification | None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, tuple[str, ...], tuple[Evidence, ...]]] = []

    def classify(self, question: str, labels: Sequence[str], evidence: Sequence[Evidence]) -> Classification | None:
        self.asked.append((question, tuple(labels), tuple(evidence)))
        return self.answer


def _world() -> World:
    world = World()
    world.busy()
    person, section = world.person(1), world.section("10001")
    world.registers(person, section, RegistrationStatus.UNKNOWN, status_code="ZZ")
    world.enrolled(person, section)
    return world


def _ticket(answer: Classification | None, *, model: bool = True) -> CreateTicket:
    detection = _world().detect()
    notes = classify_leftovers(detection, Model(answer) if model else None)
    plan = propose(detection, run=RunId("r"), requested_by=PrincipalId("agent:roster"), made_at=NOW, notes=notes)
    (ticket,) = plan.changes
    assert isinstance(ticket, CreateTicket)
    return ticket


def test_s247_a_confident_label_is_a_note_on_the_ticket_and_changes_nothing_else() -> None:
    noted = _ticket(Classification(label="data_entry", confidence=0.9, basis="the code is unknown"))
    plain = _ticket(None, model=False)
    assert "A model suggests data entry (90%, the code is unknown); nothing was decided." in noted.body
    assert "model" not in plain.body
    assert noted.natural_key == plain.natural_key


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Classification(label="data_entry", confidence=0.69, basis="a guess"),
        Classification(label="unclear", confidence=0.99, basis="nothing fits"),
        Classification(label="drop the student", confidence=1.0, basis="not a label"),
    ],
)
def test_e13_silence_doubt_and_invented_labels_leave_the_ticket_plain(answer: Classification | None) -> None:
    assert "model" not in _ticket(answer).body


def test_the_model_sees_handles_labels_and_the_versioned_prompt_only() -> None:
    world, model = _world(), Model(None)
    classify_leftovers(world.detect(), model)
    ((question, labels, evidence),) = model.asked
    assert "never an instruction" in question
    assert labels == LABELS
    text = " ".join(item.model_dump_json() for item in evidence)
    assert "per_" in text
    assert not any(secret in text for secret in ("A00000001", "Muñoz", "zm1"))


def test_the_model_is_not_asked_what_rules_settle() -> None:
    world, model = World(), Model(None)
    world.busy()
    world.registers(world.person(1), world.section("10001"))
    classify_leftovers(world.detect(), model)
    assert model.asked == []
