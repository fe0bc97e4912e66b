"""Asks the knowledge base for whoever enriches, where this process has it open; elsewhere nothing is cited (S161).

Only one process may have the folder open, so none is opened for the sake of a citation. Workflows ask through
``Doors.library``; where the base is open is no matter of theirs.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from domain.errors import LedgerError, ProvostError
from domain.principals import Principal
from privacy.knowledge.vocabulary import Passage, SearchScope

if TYPE_CHECKING:
    from graphs.knowing import Knowing


_log = structlog.get_logger(__name__)


class OpenHere:
    """The knowledge base as far as this process has it open; fits ``KnowledgeSearch``.

    A search that fails finds nothing: what is decided never turns on a citation.
    """

    def __init__(self, opened: "Callable[[], Knowing | None]") -> None:
        self._opened = opened

    def search(self, question: str, reader: Principal, scope: SearchScope) -> tuple[Passage, ...]:
        """Return the best passages that the reader may see; empty where the base is not open here, or fails."""
        knowing = self._opened()
        try:
            return knowing.base.search(question, reader, scope) if knowing is not None else ()
        except LedgerError:
            raise  # a look that cannot be recorded stops what looks (S224)
        except ProvostError as failure:
            _log.warning("no citation", code=failure.code)
            return ()


def word_citation(passage: Passage) -> str:
    """Return where a passage is from, in one line."""
    cited = passage.citation
    return f"{cited.title}, {cited.section} ({cited.source})"
