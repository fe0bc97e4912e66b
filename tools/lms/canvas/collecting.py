"""Collections read row by row: what could not be read becomes a finding, and the whole is then not complete (R70)."""

from dataclasses import dataclass, field
from typing import Generic

from domain.errors import CircuitOpen, IncompleteFetch, InvalidRecord, MalformedSource, ProvostError, TransientError
from domain.findings import Finding, Severity
from tools.lms.canvas.wire import W, read_row
from tools.wire import JSON, LinkPages

MOST_UNREADABLE = 10
"""Parts that may stay unreadable before the whole is given up: each has been tried again for seconds to minutes."""
READ_AGAIN = "Run the term again; where it stays unreadable, open it in Canvas and ask its support."
GAVE_UP = "Find out why Canvas answers in part only, then run the term again."


@dataclass
class Collected(Generic[W]):
    """Rows gathered from any number of page sources; one that ends early marks the whole as incomplete.

    ``resting`` is set once the circuit breaker opened or too many parts were unreadable, so that the caller stops
    asking.
    """

    model: type[W]
    rows: list[W] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True
    resting: bool = False
    unreadable: int = 0

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

    def take_part(self, pages: LinkPages, subject: str) -> list[W]:
        """Read one part of a collection, such as a section's roster; one that cannot be read whole is left out.

        What stays unreadable costs that part alone, under a finding that names it (R70). Where the other system does
        not answer at all, or too many parts are unreadable, the collection as a whole is given up.
        """
        part = Collected(self.model)
        part.take(pages, subject)
        if part.resting:
            self.findings += part.findings
            self.resting = True
        elif part.complete:
            self.rows += part.rows
        else:
            self.leave_out(part.findings[0].message if part.findings else "The pages did not end.", subject)
        self.complete = self.complete and part.complete
        return part.rows if part.complete else []

    def leave_out(self, reason: str, subject: str, fix: str = READ_AGAIN) -> None:
        """Note a part that is not compared this time, and give the whole up where there are too many of them."""
        self.complete = False
        self.unreadable += 1
        message = f"It cannot be read whole, so it is left out of the comparison: {reason}"
        self._note_incomplete(Severity.WARNING, subject, message, fix)
        if self.unreadable >= MOST_UNREADABLE:
            self.resting = True
            message = f"{self.unreadable} parts could not be read whole, so the rest was not asked for."
            self._note_incomplete(Severity.STOP, "canvas", message, GAVE_UP)

    def _note_incomplete(self, severity: Severity, subject: str, message: str, fix: str) -> None:
        code = IncompleteFetch.code
        self.findings.append(Finding(code=code, severity=severity, subject=subject, message=message, fix=fix))

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
