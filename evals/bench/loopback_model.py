"""A model on loopback that answers at once: with one tool call about whom the question names, then with a few words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from evals.loopback import Delta, ScriptedModel, call_of, serving

TOOL = "explain_changes"
_CODE = re.compile(r"\[STUDENT_[0-9A-Z]+\]")
_WORDS = "On record for "


class LoopbackModel(ScriptedModel):
    """What it was last asked and told."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.tool_text = "", "{}"

    @contextmanager
    def pausing(self, seconds: float) -> Iterator[None]:
        """Wait so long between chunks for a block."""
        self.pause = seconds
        try:
            yield
        finally:
            self.pause = 0.0

    def deltas(self, messages: list[dict[str, Any]]) -> Iterator[Delta]:
        """Yield the parts of the answer to a request."""
        last = messages[-1]
        if last["role"] == "tool":
            self.tool_text = str(last["content"])
            code = next(iter(_CODE.findall(self.tool_text)), "")
            yield from ({"content": part} for part in (_WORDS, code, " nothing is known.", " Read a moment ago."))
            return
        self.asked = str(last["content"])
        code = next(iter(_CODE.findall(self.asked)), "")
        yield {"tool_calls": [call_of(0, TOOL, {"person": code})]}


@contextmanager
def loopback_model() -> Iterator[LoopbackModel]:
    """Run the model until the block ends."""
    model = LoopbackModel()
    with serving(model):
        yield model
