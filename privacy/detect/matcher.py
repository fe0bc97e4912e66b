"""The steps run plainly, without Presidio: for workers that must be quick, and as the heart of the default finder."""

from threading import Lock

from domain.errors import DetectionFailed
from domain.ids import RecordHandle
from privacy.detect.lexicon import Lexicon
from privacy.detect.merge import merge_found
from privacy.detect.scope import ScopeIndex
from privacy.detect.steps import Search
from privacy.directory.index import Directory
from privacy.vocabulary import Hit, Scope

REMEMBERED_SCOPES = 64


class Sight:
    """One state of the directory with what was looked up in it; replaced whole when the directory changes."""

    def __init__(self, directory: Directory) -> None:
        self.directory, self.lexicon = directory, Lexicon(directory)
        self._scopes: dict[frozenset[RecordHandle], ScopeIndex] = {}
        self._last: tuple[Scope | None, ScopeIndex | None] = (None, None)
        self._lock = Lock()

    def search(self, text: str, scope: Scope) -> Search:
        """Prepare a search of one text."""
        return Search(text, self.lexicon, self.scope_index(scope))

    def scope_index(self, scope: Scope) -> ScopeIndex:
        """Return the index of a scope, kept while it is among the last few."""
        last, index = self._last
        if last is scope and index is not None:
            return index
        people = scope.everyone
        with self._lock:
            found = self._scopes.pop(people, None)
            if found is not None:
                self._scopes[people] = found
                self._last = scope, found
                return found
        found = ScopeIndex(self.directory, scope)
        with self._lock:
            self._scopes[people] = found
            while len(self._scopes) > REMEMBERED_SCOPES:
                del self._scopes[next(iter(self._scopes))]
        return found


class Matcher:
    """A ``Finder`` of our own steps alone; safe for many threads at once."""

    def __init__(self, directory: Directory) -> None:
        self._sight = Sight(directory)

    def use(self, directory: Directory) -> None:
        """Search with another state of the directory from now on; searches under way end with theirs."""
        self._sight = Sight(directory)

    def find(self, text: str, scope: Scope) -> tuple[Hit, ...]:
        """Return disjoint hits in order of their place; raises DetectionFailed where a step failed."""
        sight = self._sight
        try:
            return merge_found(sight.search(text, scope).run_all(), sight.directory)
        except Exception as error:  # noqa: BLE001 whatever fails must stop the text
            raise failed("A step of the matcher", error) from None


def failed(what: str, error: BaseException) -> DetectionFailed:
    """Word a failure without the text or the cause, which may quote it."""
    return DetectionFailed(
        f"{what} failed with {type(error).__name__}, so the text counts as unsafe.",
        field="text",
        fix="Report it; send the text in smaller parts or leave it out until then.",
    )
