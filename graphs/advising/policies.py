"""What policies and materials say, each passage with the citation to find it again (S161, R135)."""

from dataclasses import dataclass

from domain.errors import ConfigurationError
from domain.principals import Principal
from graphs.advising.sight import PURPOSE, Sight
from privacy.knowledge.vocabulary import Citation, Passage, SearchScope
from tools.catalog.reading import Fact, Quoted, Reading, Source, source

_PASSAGES = 4


@dataclass(frozen=True)
class PolicyLook:
    """Searches the knowledge base for one conversation."""

    sight: Sight

    def search(self, caller: Principal, question: str) -> Reading:
        """Return the best passages the caller may read; ConfigurationError where there is no knowledge base yet."""
        provost = self.sight.provost
        if provost.knowledge_if_open is None and not provost.settings.knowledge_folder.exists():
            fix = "Take the policies in with provost knowledge ingest."
            raise ConfigurationError("No policies have been taken in yet.", field="knowledge", fix=fix)
        scope = SearchScope(purpose=PURPOSE, limit=_PASSAGES)
        found = provost.knowledge.base.search(question, caller, scope)
        rows: list[Fact] = [{"text": Quoted(one.text), "source": _cited(one.citation)} for one in found]
        return Reading({"passages": rows, "read_at": self.sight.now()}, tuple(self._source(one) for one in found))

    def _source(self, passage: Passage) -> Source:
        return source(_cited(passage.citation), passage.citation.updated_at or self.sight.provost.clock.now())


def _cited(citation: Citation) -> str:
    parts = (citation.title, citation.section, citation.version, citation.url)
    return ", ".join(part for part in parts if part)
