"""Collections read row by row: what could not be read becomes a finding, and the whole is then not complete (R70)."""

from dataclasses import dataclass, field
from typing import Generic

from domain.errors import CircuitOpen, InvalidRecord, MalformedSource, ProvostError, TransientError
from domain.findings import Finding, Severity
from tools.lms.canvas.wire import W, read_row
from tools.wire import JSON, LinkPages


@dataclass
class Collected(Generic[W]):
    """Rows gathered from any number of page sources; one that ends early marks the whole as incomplete.

    ``resting`` is set once the circuit breaker opened, so that the caller stops asking.
    """

    model: type[W]
    rows: list[W] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True
    resting: bool = False

    def take(self, pages: LinkPages, subject: str) -> list[W]:
        """Read every page of one source; a passing failure ends it early and is noted, other failures are raised."""
        taken: list[W] = []
        try:
            for value in pages:
                self._keep(value, subject, taken)
        except (TransientError, MalformedSource) as error:
            self.note(error, subject)
            self.resting = isinstance(error, CircuitOpen)
        self.complete = self.complete and pages.complete
        self.rows += taken
        return taken

    def _keep(self, value: JSON, subject: str, taken: list[W]) -> None:
        try:
            taken.append(read_row(self.model, value))
        except InvalidRecord as error:
            self.note(error, subject)

    def note(self, error: ProvostError, subject: str) -> None:
        """Record what could not be read; from here on absence proves nothing."""
        self.complete = False
        self.findings.append(
            Finding(code=error.code, severity=Severity.STOP, subject=subject, message=error.message, fix=error.fix)
        )
