"""The errors service: problems that applications leave for each other."""

from __future__ import annotations

import threading
import uuid

from simulator.banner.wire import EthosError, Json

MEDIA_TYPE = "application/vnd.hedtech.errors.v2+json"
SEVERITIES = ("info", "warning", "error")


class ErrorLog:
    """Error records by id, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[str, Json] = {}

    def add(self, record: Json) -> Json:
        """File a record under a new id; 400 for an unknown severity."""
        if record.get("severity") not in SEVERITIES:
            raise EthosError(400, "BadRequest", f"severity must be one of {', '.join(SEVERITIES)}.")
        with self._lock:
            filed = {**record, "id": str(uuid.uuid4())}
            self._records[str(filed["id"])] = filed
            return filed

    def page(self, offset: int, limit: int) -> tuple[list[Json], int]:
        """A page of records and how many there are."""
        with self._lock:
            records = list(self._records.values())
            return records[offset : offset + limit], len(records)

    def get(self, record_id: str) -> Json:
        """One record; 404 for an unknown id."""
        with self._lock:
            if record_id not in self._records:
                raise EthosError(404, "NotFound", f"There is no error with id {record_id}.")
            return self._records[record_id]

    def remove(self, record_id: str) -> None:
        """Delete a record; 404 for an unknown id."""
        self.get(record_id)
        with self._lock:
            self._records.pop(record_id, None)
