"""Every failure Provost can name, split by who must act.

::

    ProvostError
    ├── TransientError            wait and retry: the other system, the network
    │   ├── Throttled             the other system asked us to slow down (R73)
    │   ├── Unreachable           no answer, a broken connection, a 5xx
    │   ├── RecordLocked          someone holds the record; it succeeds later
    │   └── CircuitOpen           too many failures in a row; calls rest for a while
    ├── SourceDataError           the registrar or the data office: what arrived cannot be trusted
    │   ├── IncompleteFetch       not every page or row arrived (R70)
    │   ├── EmptySource           nothing arrived where something must be (R66)
    │   ├── SourceShrank          too much is gone since the last good read (R66, R68)
    │   ├── MalformedSource       a file or answer that cannot be read: cut short, wrong encoding
    │   ├── InvalidRecord         one row with a bad or unknown value
    │   ├── DuplicateKey          one natural key twice
    │   ├── RefusedBySystem       the other system answered with a business refusal, even inside a 200
    │   ├── StaleDelivery         the files are those of an earlier night
    │   └── SourceSilent          no event came for longer than is usual
    ├── PolicyError               expected: the rules of the institution say no
    │   ├── PolicyDenied          no rule allows it, or one forbids it
    │   ├── LimitExceeded         more change than one run may make (R67)
    │   ├── WriteNotAllowed       a write in a phase, or with a credential, that has none (S32, S223)
    │   └── OwnershipViolated     a write against the system of record (S41)
    ├── PrivacyError              the boundary held something back: nothing left, nothing was shown
    │   ├── AccessDenied          role, relationship or field scope does not allow it (R21)
    │   ├── LeakStopped           the second check found an identifier; the call was not made (S229)
    │   ├── HandleRefused         a code that is wrong, invented, ambiguous or not of this conversation
    │   └── DetectionFailed       a recognizer failed or ran late, so the text counts as unsafe
    ├── ApprovalError             a person must answer, or answered in a way that does not count
    │   ├── ApprovalRequired      nobody has approved this plan hash
    │   ├── ApprovalStale         expired, already used, or for another hash
    │   └── ApproverNotAllowed    wrong role or relationship, the requester, or acting as another (R30)
    ├── ConflictError             the record moved since the plan was made: plan again
    ├── UnverifiedWrite           the write was accepted and reading back does not show it (R75)
    ├── UncertainEffect           it may or may not have been sent, and cannot be searched: a person decides
    ├── LedgerError               the ledger refused or does not verify: nothing is written
    │   ├── LedgerUnavailable
    │   └── LedgerBroken
    ├── ConfigurationError        the operator: a setting, file, credential or clock
    │   ├── CredentialRejected
    │   └── TlsTooOld
    ├── RequestError              whoever calls us over the network; drawn in domain.request_errors
    └── InternalError             ours: a bug, with the place to report it

Every class has a stable ``code`` (listed in docs/reference/errors.md), and every instance the field and the fix.
"""

from typing import ClassVar


class ProvostError(Exception):
    """Base of all failures: says what happened, which field is at fault and what to do next.

    ``message`` is one plain sentence without personal data; ``field`` names the input at fault; ``fix`` the next step.
    """

    code: ClassVar[str] = "PV000"

    def __init__(self, message: str, *, field: str = "", fix: str = "") -> None:
        super().__init__(message)
        self.message, self.field, self.fix = message, field, fix

    def __str__(self) -> str:
        """Word the failure for a person: code, sentence, field, next step."""
        where = f" Field: {self.field}." if self.field else ""
        fix = f" Next step: {self.fix}" if self.fix else ""
        return f"{self.code}: {self.message}{where}{fix}"

    def __reduce__(self) -> tuple[object, ...]:
        """Keep field and fix when the failure crosses a process boundary."""
        return (_rebuild, (type(self), self.message, self.field, self.fix))


def _rebuild(cls: type[ProvostError], message: str, field: str, fix: str) -> ProvostError:
    return cls(message, field=field, fix=fix)


class TransientError(ProvostError):
    """The other system or the network failed; the same call may succeed later."""

    code = "PV100"


class Throttled(TransientError):
    """The other system asked us to slow down (R73)."""

    code = "PV101"


class Unreachable(TransientError):
    """No usable answer: a timeout, a broken connection or a server fault."""

    code = "PV102"


class RecordLocked(TransientError):
    """Someone has the record open in the SIS; it succeeds once they leave."""

    code = "PV103"


class CircuitOpen(TransientError):
    """Too many failures in a row; calls to this system rest for a while."""

    code = "PV104"


class SourceDataError(ProvostError):
    """What arrived from a source cannot be trusted; the data office must look."""

    code = "PV200"


class IncompleteFetch(SourceDataError):
    """Not every page or row arrived, so absence proves nothing (R70)."""

    code = "PV201"


class EmptySource(SourceDataError):
    """The source returned nothing where something must be (R66)."""

    code = "PV202"


class SourceShrank(SourceDataError):
    """Too large a share is gone since the last good read (R66, R68)."""

    code = "PV203"


class MalformedSource(SourceDataError):
    """A file or answer is cut short, wrongly encoded or not in its format."""

    code = "PV204"


class InvalidRecord(SourceDataError):
    """One row holds a value that is missing, unknown or not of its type."""

    code = "PV205"


class DuplicateKey(SourceDataError):
    """One natural key stands in the source more than once."""

    code = "PV206"


class RefusedBySystem(SourceDataError):
    """The other system refused for a business reason, even where the status was 200."""

    code = "PV207"


class StaleDelivery(SourceDataError):
    """The delivered files are those that an earlier run compared; the new ones did not arrive."""

    code = "PV208"


class SourceSilent(SourceDataError):
    """No event came for longer than is usual, so the subscription or the worker may be gone."""

    code = "PV209"


class PolicyError(ProvostError):
    """The institution's own rules say no; this is expected."""

    code = "PV300"


class PolicyDenied(PolicyError):
    """No policy rule allows the action, or one forbids it."""

    code = "PV301"


class LimitExceeded(PolicyError):
    """More would change than one run may change (R67, S51)."""

    code = "PV302"


class WriteNotAllowed(PolicyError):
    """A write in a phase that has none, or with no write credential loaded (S32, S223)."""

    code = "PV303"


class OwnershipViolated(PolicyError):
    """A write against the system of record of that field (S41)."""

    code = "PV304"


class PrivacyError(ProvostError):
    """The privacy boundary held something back; nothing left and nothing was shown."""

    code = "PV350"


class AccessDenied(PrivacyError):
    """Role, relationship or field scope does not allow it, or nothing says that they do (R21)."""

    code = "PV351"


class LeakStopped(PrivacyError):
    """The second check found an identifier in what was about to leave; the call was not made (S229)."""

    code = "PV352"


class HandleRefused(PrivacyError):
    """A code is wrong, invented, ambiguous or of another conversation; it was never guessed."""

    code = "PV353"


class DetectionFailed(PrivacyError):
    """A recognizer failed or ran late, so the text counts as unsafe and goes nowhere."""

    code = "PV354"


class ApprovalError(ProvostError):
    """A person must answer, or the answer given does not count."""

    code = "PV400"


class ApprovalRequired(ApprovalError):
    """Nobody has approved this plan hash."""

    code = "PV401"


class ApprovalStale(ApprovalError):
    """The approval expired, was used already, or names another plan hash."""

    code = "PV402"


class ApproverNotAllowed(ApprovalError):
    """The person lacks the role or relationship, is the requester, or acts as another (R30)."""

    code = "PV403"


class ConflictError(ProvostError):
    """The record moved since the plan was made; plan it again."""

    code = "PV500"


class UnverifiedWrite(ProvostError):
    """The other system accepted the write and reading back does not show it (R75)."""

    code = "PV501"


class UncertainEffect(ProvostError):
    """It may or may not have been sent and cannot be searched for; a person decides."""

    code = "PV502"


class LedgerError(ProvostError):
    """The ledger refused or does not verify; nothing is written to any system."""

    code = "PV600"


class LedgerUnavailable(LedgerError):
    """The ledger could not take an entry; the write that needed it was not made (S37)."""

    code = "PV601"


class LedgerBroken(LedgerError):
    """Verification found an entry that was edited, removed or reordered."""

    code = "PV602"


class ConfigurationError(ProvostError):
    """The operator must change a setting, a file, a credential or the clock."""

    code = "PV700"


class CredentialRejected(ConfigurationError):
    """The other system does not accept the credential, or it lacks a scope."""

    code = "PV701"


class TlsTooOld(ConfigurationError):
    """The other system speaks no TLS 1.3 and no waiver is recorded (S225)."""

    code = "PV702"


class InternalError(ProvostError):
    """A fault of ours; report it with the run id."""

    code = "PV900"


def error_codes() -> dict[str, type[ProvostError]]:
    """Return every error class by its stable code, for the documentation and its test."""
    import domain.request_errors  # noqa: F401 its classes are found as subclasses

    found: dict[str, type[ProvostError]] = {}
    pending: list[type[ProvostError]] = [ProvostError]
    while pending:
        cls = pending.pop()
        found[cls.code] = cls
        pending.extend(cls.__subclasses__())
    return dict(sorted(found.items()))
