"""The data-quality digest: findings grouped by what is wrong, so that nobody gets a message per row (S57, S58)."""

from collections import defaultdict
from collections.abc import Iterable

from domain.findings import Finding, Severity
from domain.records import Record

SHOWN = 5
_ORDER = (Severity.STOP, Severity.WARNING, Severity.INFO)


class DigestLine(Record):
    """Findings of one code and severity: how many, some of their subjects, and what to do."""

    code: str
    severity: Severity
    count: int
    subjects: tuple[str, ...]
    message: str
    fix: str


def group_findings(findings: Iterable[Finding]) -> tuple[DigestLine, ...]:
    """Group findings by severity, code and message, the gravest and largest groups first."""
    groups: dict[tuple[Severity, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.severity, finding.code, finding.message].append(finding)
    lines = (_line(group) for group in groups.values())
    return tuple(sorted(lines, key=lambda line: (_ORDER.index(line.severity), -line.count, line.code)))


def _line(group: list[Finding]) -> DigestLine:
    first = group[0]
    return DigestLine(
        code=first.code,
        severity=first.severity,
        count=len(group),
        subjects=tuple(finding.subject for finding in group[:SHOWN]),
        message=first.message,
        fix=first.fix,
    )


def word_digest(lines: Iterable[DigestLine]) -> str:
    """Word the digest, one line per group, for a native channel of the systems (S59)."""
    return "\n".join(_word(line) for line in lines)


def _word(line: DigestLine) -> str:
    more = f" and {line.count - len(line.subjects)} more" if line.count > len(line.subjects) else ""
    return (
        f"{line.code} {line.severity.value}, {line.count}: {line.message} ({', '.join(line.subjects)}{more}) {line.fix}"
    )
