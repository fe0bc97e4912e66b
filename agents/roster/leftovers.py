"""What the rules leave over: a model may classify it for the ticket, and decides nothing (S247, E13).

Without a model, or below the floor, the ticket goes out with what the systems showed and nothing more.
"""

from decimal import Decimal
from importlib.resources import files

from agents.roster.detected import Detection, Difference
from agents.roster.tickets import marker_of
from domain.findings import DiscrepancyType
from domain.ports import Classification, ModelPort

PROMPT = "leftovers_v1"
LABELS = ("missing_registration", "ended_enrolment", "data_entry", "unclear")
FLOOR = Decimal("0.7")
EVIDENCE_WORDS = (
    "source record shows registration assignment enrolment assigned as no since date audit by hand row section"
    " census part of term banner canvas oneroster calendar full"
)
"""The fixed words of ``agents.roster.proof``; evidence with any other is not shown to a model."""


def leftovers(detection: Detection) -> tuple[Difference, ...]:
    """Return the differences that no rule settles."""
    return tuple(each for each in detection.differences if each.discrepancy.type is DiscrepancyType.UNKNOWN)


def classify_leftovers(detection: Detection, model: ModelPort | None, *, floor: Decimal = FLOOR) -> dict[str, str]:
    """Return a note per ticket marker for the leftovers a model could classify with confidence.

    The question is the versioned prompt file ``prompts/leftovers_v1.md``; evidence names people by handle only.
    """
    if model is None:
        return {}
    question = read_prompt(PROMPT)
    notes: dict[str, str] = {}
    for difference in leftovers(detection):
        answer = model.classify(question, LABELS, difference.discrepancy.evidence)
        if answer is not None and is_usable(answer, floor):
            notes[marker_of(difference.discrepancy)] = word_note(answer)
    return notes


def is_usable(answer: Classification, floor: Decimal) -> bool:
    """Tell whether an answer is one of the labels, and sure enough to be shown."""
    return answer.label in LABELS and answer.label != "unclear" and Decimal(str(answer.confidence)) >= floor


def word_note(answer: Classification) -> str:
    """Word a classification as what it is: a suggestion with its confidence and basis."""
    label = answer.label.replace("_", " ")
    return f"A model suggests {label} ({answer.confidence:.0%}, {answer.basis}); nothing was decided."


def read_prompt(name: str) -> str:
    """Return a prompt file of this package."""
    return files("agents.roster").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")
