"""The message that puts a path before its student, for an advisor to send or not (S163, S172).

Plans hold no names, so the message names kinds of things and where they are; titles, which anyone may have written, are
read in the LMS.
"""

from agents.paths.recommended import Driver, LearningPath, Recommendation
from domain.changes import SendMessage, Tier, digest
from domain.learning import ResourceKind

TOPIC = "learning path"
_MARKER_LENGTH = 40
_WORDS = {
    ResourceKind.QUIZ: "a practice quiz",
    ResourceKind.PAGE: "something to read",
    ResourceKind.FILE: "a file",
    ResourceKind.LINK: "a recording or link",
    ResourceKind.DISCUSSION: "a discussion",
    ResourceKind.GROUP: "a study group",
}


def plan_message(path: LearningPath, driver: Driver) -> SendMessage | None:
    """Return the message to the student; None where there is nothing to recommend. It always waits for a person."""
    if not path.recommendations:
        return None
    lines = [f"- {line}" for line in path_lines(path)]
    body = "\n".join(["Here is what your class offers and what may be of use to you now:", "", *lines])
    marker = f"provost-{digest([TOPIC, path.section.sis_section_id, path.person, body])[:_MARKER_LENGTH]}"
    words, basis = ("For your class", body), f"rule, set off by {driver.value}"
    return SendMessage.once(
        path.person, words, marker, rule="S172", tier=Tier.PROPOSE, topic=TOPIC, confidence_basis=basis
    )


def path_lines(path: LearningPath) -> tuple[str, ...]:
    """Return what a path recommends as kinds and addresses, without titles."""
    return tuple(f"{_word(one)}: {one.url}" for one in path.recommendations)


def _word(one: Recommendation) -> str:
    return _WORDS.get(one.kind, "something for you")
