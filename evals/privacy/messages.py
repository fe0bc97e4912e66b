"""Messages of a campus office, 500 characters each, that name one person somewhere in ordinary prose."""

from collections.abc import Sequence
from random import Random

from domain.identities import KnownPerson

LENGTH = 500
_SENTENCES = (
    "The office received the form on Tuesday and will reply within two working days.",
    "Please check the prerequisites before the add deadline, since the section fills quickly.",
    "The lab report counts for a fifth of the grade, and late work loses a point for each day.",
    "Our records show that the tuition balance was cleared and the hold can be lifted.",
    "Attendance in the evening section dropped after the midterm, as in past years.",
    "The syllabus lists the reading for week 9, which was moved because of the holiday.",
    "A seat opened in the online section and the waitlist moved up by one this morning.",
    "The committee will look at the petition in March and answer by letter.",
    "Grades were posted late last term, so the appeal window was extended to 30 days.",
    "If the course is dropped after census, the transcript shows a W and no refund is due.",
)
_MENTIONS = (
    "I met with {first} {last} today about the plan for next term.",
    "The student is {last}, {first} ({id}), who asked for the extension.",
    "Please write to {email} and copy the advisor.",
    "{first} {last} called from {phone} and would like to be called back.",
)


def write_messages(people: Sequence[KnownPerson], count: int, seed: int) -> list[str]:
    """Return ``count`` messages of 500 characters, each with one mention of one of the people."""
    random = Random(seed)  # noqa: S311 a simulation
    return [_write(random.choice(people), random) for _ in range(count)]


def _write(known: KnownPerson, random: Random) -> str:
    identity = known.identity
    mention = random.choice(_MENTIONS).format(
        first=identity.names[0].first,
        last=identity.names[0].last,
        id=identity.sis_id,
        email=identity.emails[0],
        phone=identity.phones[0],
    )
    sentences = random.sample(_SENTENCES, len(_SENTENCES))
    sentences.insert(random.randrange(3), mention)
    return " ".join(sentences)[:LENGTH]
