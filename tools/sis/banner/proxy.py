"""The Ethos proxy: pinned versions, whole collections that are counted, and withheld properties that are seen as such.

A collection is whole only when the rows that came are as many, and as different, as the service says there are (R70).
"""

from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from domain.errors import ConfigurationError, IncompleteFetch, InvalidRecord, MalformedSource
from domain.findings import Severity
from tools.sis.banner.settings import EthosSettings, Params
from tools.sis.banner.wire import Resource
from tools.sis.reading import Reading
from tools.wire import WireClient, WireResponse, escape_id

R = TypeVar("R", bound=Resource)
_READINGS = 2


@dataclass(slots=True)
class Collected(Generic[R]):
    """The rows of a collection by GUID, and those from whose page properties were withheld."""

    rows: dict[str, R] = field(default_factory=dict)
    withheld: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Pass(Generic[R]):
    """One walk over the pages: what came, what was announced, and whether that stayed the same."""

    found: Collected[R] = field(default_factory=Collected)
    received: int = 0
    unreadable: set[str] = field(default_factory=set)
    announced: int | None = None
    moved: bool = False

    @property
    def different(self) -> int:
        return len(self.found.rows) + len(self.unreadable)

    @property
    def whole(self) -> bool:
        return not self.moved and self.announced == self.received == self.different


class EthosProxy:
    """Reads resources of one tenant in the versions the connector was written for."""

    def __init__(self, client: WireClient, settings: EthosSettings) -> None:
        self.client, self.settings = client, settings

    def collect(self, model: type[R], resource: str, reading: Reading, params: Params = ()) -> Collected[R]:
        """Read a whole collection; one that changes while it is read is read once more, then taken as incomplete."""
        walked: _Pass[R] = _Pass()
        for _ in range(_READINGS):
            notes_of_pass = Reading(reading.source)
            walked = self._walk(model, resource, notes_of_pass, params)
            if walked.whole or walked.announced is None:
                break
        reading.notes.extend(notes_of_pass.notes)
        self._judge(walked, resource, reading)
        return walked.found

    def find(self, model: type[R], resource: str, guid: str, reading: Reading) -> R | None:
        """Read one record by GUID; None where it does not exist."""
        response = self._get(
            f"{self.settings.path(resource)}/{escape_id(guid)}", resource, (), accept=(HTTPStatus.NOT_FOUND,)
        )
        if response.status == HTTPStatus.NOT_FOUND:
            return None
        _note_withheld(response, resource, reading)
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            _note_unreadable(resource, guid, error, reading)
            return None

    def probe(self, resource: str) -> int | None:
        """Ask for one row and return how many there are; raises what stands in the way."""
        return _total(self._get(self.settings.path(resource), resource, (("offset", "0"), ("limit", "1"))))

    def _walk(self, model: type[R], resource: str, reading: Reading, params: Params) -> _Pass[R]:
        walked: _Pass[R] = _Pass()
        while True:
            paging = (("offset", str(walked.received)), ("limit", str(self.settings.page_size)))
            response = self._get(self.settings.path(resource), resource, (*params, *paging))
            total = _total(response)
            walked.moved = walked.moved or (walked.received > 0 and total != walked.announced)
            walked.announced = total
            known = walked.different
            rows = self._take(model, resource, response, walked, reading)
            reached = total is not None and walked.received >= total and rows < self._page_size(response)
            if reached or walked.different == known:
                return walked

    def _take(self, model: type[R], resource: str, response: WireResponse, walked: _Pass[R], reading: Reading) -> int:
        """Add the rows of a page and return how many it had."""
        rows = _parse(model, resource, response, reading)
        withheld = _note_withheld(response, resource, reading)
        for row in rows:
            if isinstance(row, str):
                walked.unreadable.add(row)
            else:
                walked.found.rows[row.id] = row
                if withheld:
                    walked.found.withheld.add(row.id)
        walked.received += len(rows)
        return len(rows)

    def _get(self, path: str, resource: str, params: Params, accept: tuple[int, ...] = ()) -> WireResponse:
        version = self.settings.version(resource)
        headers = {"Accept": self.settings.media_type(resource)}
        response = self.client.get(path, params=params, headers=headers, accept=accept)
        _check_version(response, resource, version)
        return response

    def _page_size(self, response: WireResponse) -> int:
        allowed = response.headers.get("x-max-page-size", "")
        return min(self.settings.page_size, int(allowed)) if allowed.isdigit() else self.settings.page_size

    def _judge(self, walked: _Pass[R], resource: str, reading: Reading) -> None:
        """Note a collection of which not all came."""
        for place in walked.unreadable:
            reading.lost(place)
        if walked.whole:
            return
        came, announced = walked.different, walked.announced
        reading.lost_some(max((announced or 0) - came, 0))
        how = ", which changed each time it was read" if walked.moved else ""
        total = "an unknown number" if announced is None else str(announced)
        reading.notes.add(
            IncompleteFetch,
            f"Not all of {resource} came{how}; absence proves nothing.",
            place=f"{resource} ({came} of {total})",
            fix="Read it again at a quieter time; if the numbers never agree, ask the owner of Ethos.",
            severity=Severity.STOP,
        )


@cache
def _list_of(model: type[R]) -> TypeAdapter[list[R]]:
    """Return the parser of a page; it is made once per kind of record, because making it costs more than using it."""
    return TypeAdapter(list[model])  # type: ignore[valid-type]


def _parse(model: type[R], resource: str, response: WireResponse, reading: Reading) -> list[R | str]:
    """Read the rows of a page; a row that is not of its type is noted and stands as the name of its place."""
    try:
        return list(_list_of(model).validate_json(response.content))
    except ValidationError:
        rows = response.json_list()
    found: list[R | str] = []
    for index, row in enumerate(rows):
        try:
            found.append(model.model_validate(row))
        except ValidationError as error:
            guid = str(row.get("id")) if isinstance(row, dict) and row.get("id") else f"row {index} of a page"
            _note_unreadable(resource, guid, error, reading)
            found.append(f"{resource} {guid}")
    return found


def _note_unreadable(resource: str, guid: str, error: ValidationError, reading: Reading) -> None:
    at = ".".join(str(part) for part in error.errors()[0]["loc"])
    reading.notes.add(
        InvalidRecord,
        f"Property {at} of {resource} is missing or not of its type; the record was left out.",
        place=f"{resource} {guid}",
        fix="Correct the record in Banner, or set the version this tenant really speaks.",
        severity=Severity.STOP,
    )


def _note_withheld(response: WireResponse, resource: str, reading: Reading) -> bool:
    """Note that data privacy took properties out of an answer, so that nothing is taken for empty."""
    if response.headers.get("x-content-restricted", "").lower() != "partial":
        return False
    reading.notes.add(
        InvalidRecord,
        f"Data privacy withheld properties of {resource}; none of them was taken for empty.",
        place=resource,
        fix="Give the Ethos application the properties that rosters need.",
    )
    return True


def _check_version(response: WireResponse, resource: str, version: str) -> None:
    """Raise ConfigurationError where another version answered than the one asked for; no header is no claim."""
    answered = response.headers.get("x-media-type") or response.headers.get("x-hedtech-media-type")
    if not answered or response.status >= HTTPStatus.BAD_REQUEST:
        return
    number = answered.partition(".v")[2].partition("+")[0].split(".")
    asked = version.split(".")
    if number[: len(asked)] != asked[: len(number)]:
        raise ConfigurationError(
            f"{response.place} answered in version {'.'.join(number)}; version {version} was asked for.",
            field=f"versions.{resource}",
            fix="Set the version this tenant offers, after checking that the properties are the same.",
        )


def _total(response: WireResponse) -> int | None:
    text = response.headers.get("x-total-count", "").strip()
    if text and not text.isdigit():
        raise MalformedSource(f"{response.place} announced a total that is no number.", field="x-total-count")
    return int(text) if text else None
