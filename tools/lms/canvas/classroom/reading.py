"""One reading of a class: what was asked of Canvas, and what of it could not be had (R70).

Whatever Canvas refuses becomes a finding that says which right to grant, and the reading is then not complete. A class
never stops the others: only what is broken for all of them, such as a missing setting, is raised.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from domain.errors import (
    CircuitOpen,
    CredentialRejected,
    IncompleteFetch,
    ProvostError,
    RefusedBySystem,
    SourceDataError,
    TransientError,
)
from domain.findings import Finding, Severity
from domain.ids import SectionKey
from domain.ports import Clock, Fetch, IdentityResolver, T
from tools.lms.canvas.collecting import Collected
from tools.lms.canvas.wire import W, read_row
from tools.wire import JSON, LinkPages, Params, WireClient

_MISSING = 404
SWITCH_ON = "Have the Canvas administrator switch it on, or leave what needs it out."


class FirstRows(LinkPages):
    """The rows of a paged collection up to a number of them; it is complete only if the end was reached."""

    def __init__(
        self, client: WireClient, path: str, params: Params, *, key: str, may_be_missing: bool, most: int | None
    ) -> None:
        super().__init__(client, path, params, key=key, may_be_missing=may_be_missing)
        self._most = most

    def __iter__(self) -> Iterator[JSON]:
        """Yield the rows; the page that is begun is the last one asked for."""
        return islice(super().__iter__(), self._most)


@dataclass
class Reading:
    """Asks Canvas for what concerns one section, and keeps what was wrong.

    ``resting`` is set once Canvas stopped answering, so that nothing more is asked in this reading.
    """

    client: WireClient
    identities: IdentityResolver
    clock: Clock
    section: SectionKey
    page_size: int = 100
    complete: bool = True
    resting: bool = False
    findings: list[Finding] = field(default_factory=list)

    def rows(
        self,
        model: type[W],
        path: str,
        params: Params = (),
        *,
        what: str,
        right: str = "",
        key: str = "",
        absent: str | None = None,
        most: int | None = None,
    ) -> list[W]:
        """Read a list; ``what`` words it and ``right`` names what the credential needs for it.

        ``absent`` says what a 404 means: empty, that there are none; a sentence, that something is switched off, and
        the reading is then incomplete; None, that it is a refusal. Beyond ``most`` rows nothing is asked for.
        """
        if self.resting:
            return []
        sized = (*params, ("per_page", str(self.page_size)))
        pages = FirstRows(self.client, path, sized, key=key, may_be_missing=absent is not None, most=most)
        collected = Collected(model)
        try:
            taken = collected.take(pages, self.about(what))
        except (CredentialRejected, RefusedBySystem) as error:
            self.refuse(error, what, right)
            return []
        self._take_over(collected.findings, complete=collected.complete, resting=collected.resting)
        if pages.missing and absent:
            self.leave_out(absent, what, SWITCH_ON)
        elif not pages.complete and not collected.findings:
            self.leave_out(f"Only the first {len(taken)} were read.", what, "Nothing; what is older is not asked for.")
        return taken

    def one(
        self, model: type[W], path: str, params: Params = (), *, what: str, right: str = "", absent: str = ""
    ) -> W | None:
        """Read one record; None where Canvas has none, and with a finding where it could not be read.

        ``absent`` says what it means that there is none; the reading is then incomplete.
        """
        if self.resting:
            return None
        try:
            answer = self.client.get(path, params=params, accept=(_MISSING,))
            if answer.status != _MISSING:
                return read_row(model, answer.json())
            if absent:
                self.leave_out(absent, what, SWITCH_ON)
        except (CredentialRejected, RefusedBySystem) as error:
            self.refuse(error, what, right)
        except (TransientError, SourceDataError) as error:
            noted = Collected(model)
            noted.note(error, self.about(what))
            self._take_over(noted.findings, complete=False, resting=isinstance(error, CircuitOpen))
        return None

    def refuse(self, error: ProvostError, what: str, right: str = "") -> None:
        """Note that Canvas would not show something to this credential."""
        fix = f"Give the reading credential's role the right {right}, and the token its scope." if right else error.fix
        self._note(error.code, error.message, what, fix)

    def leave_out(self, message: str, what: str, fix: str) -> None:
        """Note that part of the class is not in this reading; absence then proves nothing."""
        self._note(IncompleteFetch.code, message, what, fix)

    def tell(self, message: str, what: str, fix: str = "") -> None:
        """Note something that takes nothing from what was read."""
        self.findings.append(
            Finding(code="", severity=Severity.INFO, subject=self.about(what), message=message, fix=fix)
        )

    def about(self, what: str) -> str:
        """Name the subject of a finding."""
        return f"{what} of section {self.section}"

    def fetch(self, rows: Sequence[T]) -> Fetch[T]:
        """Return what was read, with an honest word on whether it is all."""
        return Fetch(
            source="canvas",
            rows=tuple(rows),
            complete=self.complete,
            read_at=self.clock.now(),
            findings=tuple(self.findings),
        )

    def _take_over(self, findings: Sequence[Finding], *, complete: bool, resting: bool) -> None:
        self.findings += findings
        self.complete = self.complete and complete
        self.resting = self.resting or resting

    def _note(self, code: str, message: str, what: str, fix: str) -> None:
        self.complete = False
        self.findings.append(
            Finding(code=code, severity=Severity.WARNING, subject=self.about(what), message=message, fix=fix)
        )
