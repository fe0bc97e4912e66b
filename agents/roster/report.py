"""The file of discrepancies: the published JSON that other systems read after a run (S251 to S253)."""

from collections import Counter
from datetime import datetime

from pydantic import Field

from agents.roster.detected import Detection
from domain.findings import Discrepancy, Finding
from domain.ids import RunId, TermCode
from domain.records import Record

SCHEMA_ID = "https://provost.example/schema/discrepancies-1.json"


class DiscrepancyFile(Record):
    """One run's discrepancies; its JSON schema is published in ``docs/schema/discrepancies.schema.json``."""

    schema_version: int = Field(default=1, description="Version of this format.")
    run_id: RunId = Field(description="The run that found them.")
    term: TermCode = Field(description="Term code.")
    generated_at: datetime = Field(description="When the file was written, in UTC.")
    stopped: bool = Field(description="Whether the run stopped before comparing.")
    counts: dict[str, int] = Field(description="Number of discrepancies by type.")
    discrepancies: tuple[Discrepancy, ...] = Field(description="Each disagreement once, people by record handle.")
    findings: tuple[Finding, ...] = Field(description="What was wrong with the sources.")
    plan_hash: str | None = Field(default=None, description="Hash of everything the run proposed, before it was split.")
    state: str = Field(default="", description="How the run ended: clean, waiting, stopped or failed.")


def write_report(detection: Detection, run: RunId, generated_at: datetime) -> DiscrepancyFile:
    """Return the file for a detection."""
    return DiscrepancyFile(
        run_id=run,
        term=detection.term,
        generated_at=generated_at,
        stopped=detection.stopped,
        counts=dict(sorted(Counter(each.type.value for each in detection.discrepancies).items())),
        discrepancies=detection.discrepancies,
        findings=detection.findings,
    )


def report_schema() -> dict[str, object]:
    """Return the JSON schema that is published."""
    schema = DiscrepancyFile.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}
