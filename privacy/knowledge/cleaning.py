"""What a text must pass before it is kept: scrubbing, generic labels, and checks that share no code with the scrubber.

Codes of a conversation are useless for retrieval and would link conversations, so ``[STUDENT_7QF4ZK92]`` becomes
``[STUDENT]`` (PRIVACY.md 3).
"""

import re
import secrets
from collections.abc import Sequence

from domain.errors import DetectionFailed, LeakStopped
from domain.ids import TermCode
from domain.materials import Material
from privacy.vocabulary import ConversationId, Label, Leak, LeakCheck, Scope, Scrubber

_CODE = re.compile(rf"\[({'|'.join(Label)})_[A-Z0-9]+(?:\.[a-z_]+)?\]")
_SHAPES = (
    ("email", re.compile(r"[^\s@]@[^\s@]|\[at\]", re.IGNORECASE)),
    ("number", re.compile(r"(?<!\d)(?:\d[ \-.()/]{0,2}){7,}\d(?!\d)")),
    ("code", re.compile(rf"(?:{'|'.join(Label)})_[A-Z0-9]{{4,}}", re.IGNORECASE)),
)
_DATES = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d[-/.]\d\d[-/.]\d{4})(?!\d)|(?<!\d)\d{4}\s?[-–]\s?\d{4}(?!\d)"
)
_CRN_DIGITS = 5


class ShapeCheck:
    """Finds what looks like an address, a long number or a code of a conversation; needs no directory.

    It stands beside the directory's own check and is all there is for person-free material where that is not set up.
    ``published`` are contacts of offices, which may stand in a text exactly as given and not as part of a longer one.
    So may the section numbers of ``terms``, term and CRN as in ``202680-40122`` (R31), which are nobody's id.
    """

    def __init__(self, published: Sequence[str] = (), terms: Sequence[TermCode] = ()) -> None:
        contacts = [re.escape(each) for each in sorted(published, key=len, reverse=True)]
        sections = [rf"{re.escape(term)}-\d{{{_CRN_DIGITS}}}" for term in terms]
        allowed = "|".join([*contacts, *sections])
        self._allowed = re.compile(rf"(?<![\w.+\-@])(?:{allowed})(?![\w\-@]|\.\w)") if allowed else None

    def look(self, texts: Sequence[str], scope: Scope) -> tuple[Leak, ...]:  # noqa: ARG002 fits LeakCheck
        """Return the places that look like an identifier; offsets are those of the text without what is allowed."""
        return tuple(leak for text in texts for leak in self._look_at(text))

    def _look_at(self, text: str) -> list[Leak]:
        text = _DATES.sub(" ", self._allowed.sub(" ", text) if self._allowed else text)
        return [Leak(*match.span(), kind) for kind, shape in _SHAPES for match in shape.finditer(text)]


class Cleaner:
    """Makes a text fit to be kept, or refuses it whole."""

    def __init__(
        self,
        *,
        scrubber: Scrubber | None = None,
        check: LeakCheck | None = None,
        published: Sequence[str] = (),
        terms: Sequence[TermCode] = (),
    ) -> None:
        self._scrubber = scrubber
        self._checks: tuple[LeakCheck, ...] = (ShapeCheck(published, terms), *((check,) if check else ()))
        self._complete = scrubber is not None and check is not None

    def clean(self, material: Material, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the texts of a material as they may be kept.

        Raises LeakStopped where a check still finds an identifier, DetectionFailed where the material may name people
        and no scrubber with its check is set up.
        """
        kept = tuple(texts) if material.person_free else self._scrub(material, texts)
        self.require_clean(kept, Scope(people=material.about))
        return kept

    def require_clean(self, texts: Sequence[str], scope: Scope) -> None:
        """Raise LeakStopped, naming kinds and never the text, where any check finds something."""
        kinds = sorted({leak.kind for check in self._checks for leak in check.look(texts, scope)})
        if kinds:
            raise LeakStopped(
                f"The text still holds what looks like an identifier ({', '.join(kinds)}).",
                field="text",
                fix="Take it out at the source, or name an office's address in knowledge.published_contacts.",
            )

    def _scrub(self, material: Material, texts: Sequence[str]) -> tuple[str, ...]:
        if self._scrubber is None or not self._complete:
            raise DetectionFailed(
                "A text that may name people cannot be kept, because no scrubber with its check is set up.",
                field="person_free",
                fix="Set up the directory first, or mark the material as person_free if it names nobody.",
            )
        conversation, scope = ConversationId(f"cnv_{secrets.token_hex(10)}"), Scope(people=material.about)
        return tuple(generic(self._scrubber.scrub(text, conversation, scope).text) for text in texts)


def generic(text: str) -> str:
    """Return a scrubbed text with the label alone in place of each code."""
    return _CODE.sub(r"[\1]", text)
