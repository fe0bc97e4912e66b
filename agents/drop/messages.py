"""Messages to the instructors of record: who left and since when, and no more than an instructor may know (S118).

The student stands in them by handle; the connector puts the name there, where only the instructor reads it. Money,
standing, aid and populations are for the student and the offices. A message cannot be taken back, so a person approves
it.
"""

from collections.abc import Iterator, Mapping, Sequence

from agents.drop.following import AGAIN, TOPIC, Following, common_to, marker_of, read_words
from agents.drop.names import FigureName
from agents.drop.seat import Seat
from agents.drop.statement import ImpactStatement
from domain.changes import SendMessage, Tier
from domain.ids import RecordHandle, RuleId
from domain.rules.drop.transcript import TranscriptOutcome


def plan_messages(case: Following) -> Iterator[SendMessage]:
    """Yield one message per instructor of record."""
    words, drop = read_words(), case.seat.drop
    until, office = case.reinstate_until, case.reinstating or case.office
    named = {
        **case.place,
        "student": drop.person,
        "access": words.access[_side(case.statement)],
        "deadline": words.deadline["open" if until else "none"].format(office=office, until=until),
    }
    for who in case.seat.instructors:
        common = {**common_to(case.seat, marker_of(case.reference, f"left {who}")), "topic": TOPIC}
        yield _message(who, words.message, named, common, "S118")


def plan_return(seat: Seat, reference: str, told: Sequence[RecordHandle]) -> Iterator[SendMessage]:
    """Yield the messages that take an earlier one back, to those who got it (R51)."""
    drop = seat.drop
    named = {"course": drop.course, "section": drop.section, "student": drop.person, "reference": reference}
    for who in told:
        common = {**common_to(seat, marker_of(reference, f"again {who}")), "topic": AGAIN}
        yield _message(who, read_words().again, named, common, "R51")


def _message(
    who: RecordHandle, words: Mapping[str, str], named: Mapping[str, object], common: dict[str, object], rule: str
) -> SendMessage:
    marker = common["after"].fields["marker"]  # type: ignore[attr-defined]
    return SendMessage.model_validate(
        {
            **common,
            "rule": RuleId(rule),
            "tier": Tier.PROPOSE,
            "recipient": who,
            "marker": marker,
            "subject": words["subject"].format(**named),
            "body": words["body"].format(**named),
        }
    )


def _side(statement: ImpactStatement) -> str:
    """Say on which side of census the drop lies, as the statement has it; unknown where it does not say (R50)."""
    figure = statement.figure(FigureName.TRANSCRIPT)
    if figure is None:
        return "unknown"
    return "before" if figure.word == TranscriptOutcome.NO_RECORD.value else "after"
