"""What ``provost doctor`` wants to know of Banner: key, clock, every resource with its version, the event queue."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from domain.errors import ConfigurationError, ProvostError
from domain.findings import Finding, Severity
from tools.sis.banner.proxy import EthosProxy
from tools.sis.banner.record_settings import RESOURCES_OF

_TOLERATED_SECONDS = 60


def check_ethos(proxy: EthosProxy) -> tuple[Finding, ...]:
    """Try everything the connector needs; INFO is in order, STOP keeps the connector from working.

    A key that is refused or a host that does not answer ends the check with that one finding.
    """
    return tuple(_checks(proxy))


def check_records(proxy: EthosProxy, collections: Collection[str]) -> tuple[Finding, ...]:
    """Try what the collections in scope are read from; a workflow can go on without, and then holds what it lacks."""
    resources = sorted({resource for name in collections for resource in RESOURCES_OF.get(name, ())})
    failures = [finding for resource in resources if (finding := _check_resource(proxy, resource))]
    worth_knowing = [finding.model_copy(update={"severity": Severity.WARNING}) for finding in failures]
    if resources:
        fine = _fine(f"{len(resources) - len(failures)} of {len(resources)} resources of student records can be read.")
        worth_knowing.append(fine)
    return tuple(worth_knowing)


def _checks(proxy: EthosProxy) -> Iterator[Finding]:
    try:
        proxy.client.get("/appconfig", accept=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND))
    except ProvostError as error:
        yield _failed("banner sign-in", error)
        return
    resources = proxy.settings.resources
    failures = [finding for resource in resources if (finding := _check_resource(proxy, resource))]
    yield from failures
    yield _fine(f"{len(resources) - len(failures)} of {len(resources)} resources can be read.")
    yield from _check_queue(proxy)


def _check_resource(proxy: EthosProxy, resource: str) -> Finding | None:
    try:
        proxy.probe(resource)
    except ProvostError as error:
        return _failed(f"banner {resource}", error)
    return None


def _check_queue(proxy: EthosProxy) -> Iterator[Finding]:
    try:
        response = proxy.client.head("/consume")
    except ProvostError as error:
        yield _failed("banner queue", error)
        return
    yield _fine(f"{response.headers.get('x-remaining', 'an unknown number of')} events wait.")
    skew = _skew(response.headers.get("date"), datetime.now(UTC))
    if skew is not None and abs(skew) > _TOLERATED_SECONDS:
        fix = "Have this machine keep its clock by NTP."
        what = f"The clock here differs from that of Ethos by {skew:.0f} seconds."
        yield Finding(
            code=ConfigurationError.code, severity=Severity.WARNING, subject="banner clock", message=what, fix=fix
        )


def _skew(date: str | None, now: datetime) -> float | None:
    return (now - parsedate_to_datetime(date)).total_seconds() if date else None


def _failed(subject: str, error: ProvostError) -> Finding:
    return Finding(code=error.code, severity=Severity.STOP, subject=subject, message=error.message, fix=error.fix)


def _fine(message: str) -> Finding:
    return Finding(code="", severity=Severity.INFO, subject="banner", message=message)
