"""The entry of the door: coded, allowed for this provider, looked at again, and on record before anything is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import BaseMessage

from domain.errors import AccessDenied, ProvostError
from privacy.check import require_clean
from privacy.models.admission import Admission, Coded, Labels, code_request
from privacy.models.call_record import CallRecord, OpenCall
from privacy.models.coding import Coder, searching
from privacy.models.crossing import ContentKind, Crossing, find_crossing
from privacy.models.labels import label_texts
from privacy.models.messages import texts_of
from privacy.models.options import option_texts
from privacy.models.own_texts import NOTHING_OWN, OwnTexts
from privacy.models.provider import Provider, require_allowed
from privacy.vocabulary import LeakCheck, Scrubber

ADMISSION = "admission"
"""The option under which an admission travels from the entry to the wire; it is never sent."""


@dataclass(frozen=True)
class Entrance:
    """What every request to one provider passes; safe for many threads. ``own`` are texts of our own files."""

    provider: Provider
    scrubber: Scrubber
    check: LeakCheck
    record: CallRecord
    own: OwnTexts = NOTHING_OWN

    def admit(
        self,
        bound: Crossing | None,
        batches: Sequence[Sequence[BaseMessage]],
        stop: Sequence[str] | None,
        labels: Labels,
        options: Mapping[str, Any],
    ) -> Coded:
        """Return the request in codes, with its admission among the options.

        Raises AccessDenied without a crossing, PolicyDenied, LeakStopped or DetectionFailed where it is held back.
        """
        crossing = find_crossing(bound)
        asked = {key: value for key, value in options.items() if key != ADMISSION}
        coder = Coder(self.scrubber, crossing)
        admission = Admission(crossing, self.provider.model, crossing.content, frozenset())
        try:
            require_allowed(self.provider, crossing.content)
            coded = code_request(batches, stop, asked, labels, coder, self.own)
            content = coded.content(coder, crossing)
            admission = Admission(crossing, self.provider.model, content, frozenset(coder.people))
            require_allowed(self.provider, content)
            shown = label_texts(coded.labels.tags, coded.labels.metadata, coded.labels.name)
            self._require_clean([*coded.texts(self.own), *shown], crossing)
        except ProvostError as held:
            self.record.stopped(admission, held)
            raise
        coded.options[ADMISSION] = admission
        return coded

    def begin(self, messages: Sequence[BaseMessage], stop: Sequence[str] | None, options: dict[str, Any]) -> OpenCall:
        """Take the admission off the options, look at exactly what goes out, and record the call before it is made.

        Raises AccessDenied where a request went round ``admit``, LedgerUnavailable where it cannot be recorded.
        """
        admission = options.pop(ADMISSION, None)
        if not isinstance(admission, Admission):
            fix = "Call invoke, stream or their asynchronous forms."
            raise AccessDenied("A request went round the entry of the model door.", field="crossing", fix=fix)
        searched = [*texts_of(messages, self.own), *(stop or ()), *option_texts(options, self.own)]
        self._look_again(admission, searched)
        texts = [*searched, *sorted(self.own.prompts), *self.own.tool_texts]
        return self.record.begin(admission, texts, messages=len(messages), tools=len(options.get("tools") or ()))

    def admit_texts(self, bound: Crossing | None, texts: Sequence[str], model: str) -> tuple[list[str], OpenCall]:
        """Return plain texts in codes and the call that was recorded for them, as for messages."""
        crossing = find_crossing(bound)
        coder = Coder(self.scrubber, crossing)
        admission = Admission(crossing, model, crossing.content, frozenset())
        try:
            coded = [coder.text(text) for text in texts]
            content = crossing.content | ({ContentKind.RESIDUAL} if coder.found else frozenset())
            admission = Admission(crossing, model, content, frozenset(coder.people))
            require_allowed(self.provider, content)
        except ProvostError as held:
            self.record.stopped(admission, held)
            raise
        self._look_again(admission, coded)
        return coded, self.record.begin(admission, coded, inputs=len(coded))

    def _look_again(self, admission: Admission, texts: Sequence[str]) -> None:
        try:
            self._require_clean(texts, admission.crossing)
        except ProvostError as held:
            self.record.stopped(admission, held)
            raise

    def _require_clean(self, texts: Sequence[str], crossing: Crossing) -> None:
        """Raise LeakStopped where a text still identifies someone, DetectionFailed where that could not be seen."""
        with searching():
            require_clean(self.check, texts, crossing.scope)
