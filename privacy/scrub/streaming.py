"""Restores a reply while it streams: holds back only what may still become a code, an address or a fence (S230)."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator

from privacy.scrub.pieces import cut
from privacy.scrub.restoring import Restoring
from privacy.vocabulary import Restored


class StreamRestore:
    """Takes a reply in parts and gives it back restored; ``total`` counts over all of it so far.

    Whatever the parts, they add up to what restoring the whole at once gives.
    """

    def __init__(self, restoring: Restoring) -> None:
        self._restoring = restoring
        self._held, self._sent = "", 0
        self.total = Restored(text="")

    @property
    def held(self) -> int:
        """How many characters are held back at the moment."""
        return len(self._held) - self._sent

    def feed(self, part: str) -> str:
        """Take the next part and return what is final."""
        return self._take(part, final=False)

    def finish(self) -> str:
        """Return what was still held back; the reply has ended."""
        return self._take("", final=True)

    def over(self, parts: Iterable[str]) -> Iterator[str]:
        """Restore an iterator of parts."""
        for part in parts:
            if ready := self.feed(part):
                yield ready
        if rest := self.finish():
            yield rest

    async def over_async(self, parts: AsyncIterable[str]) -> AsyncIterator[str]:
        """Restore an asynchronous iterator of parts."""
        async for part in parts:
            if ready := self.feed(part):
                yield ready
        if rest := self.finish():
            yield rest

    def _take(self, part: str, *, final: bool) -> str:
        text = self._held + part
        pieces, held_from, sure = cut(text, final=final)
        made = self._restoring.render(pieces)
        ready = (made.text + text[held_from : held_from + sure])[self._sent :]
        self._held, self._sent = text[held_from:], sure
        self.total = Restored(
            text="",
            people=self.total.people | made.people,
            withheld=self.total.withheld + made.withheld,
            unknown=self.total.unknown + made.unknown,
        )
        return ready
