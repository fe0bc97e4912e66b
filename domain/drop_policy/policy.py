"""The whole drop policy of an institution, and the table that holds for one section."""

from collections import Counter
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, model_validator

from domain.drop_policy.dates import PartDates
from domain.drop_policy.standards import Prerequisite, Rounding, Standards
from domain.ids import TermCode
from domain.setting import Setting


class PolicyTable(NamedTuple):
    """What holds for one part of one term: its dated rows and the standing rules in force."""

    dates: PartDates
    standards: Standards
    policy: "DropPolicy"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days end (R114)."""
        return self.policy.zone

    @property
    def name(self) -> str:
        """The version, dated table and standards that a statement quotes."""
        return f"{self.policy.version}/{self.dates.row}/{self.standards.row}"


class DropPolicy(Setting):
    """One institution's rules about leaving a class."""

    version: str = Field(description="Version of the policy as approved; every statement quotes it.")
    time_zone: str = Field(description="IANA time zone in which deadlines end (R114).")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code of every amount.")
    rounding: Rounding = Field(description="How each credited line is brought to whole cents: half_up or half_even.")
    whole_term_part: str = Field(default="full", description="Part-of-term code of classes that run the whole term.")
    prerequisites: tuple[Prerequisite, ...] | None = Field(
        default=None, description="Prerequisites by course; left out means not written here, which is a question."
    )
    standards: tuple[Standards, ...] = Field(min_length=1, description="Standing rules; the newest in force holds.")
    parts: tuple[PartDates, ...] = Field(min_length=1, description="Dated rows by term and part of term.")

    @model_validator(mode="after")
    def _usable(self) -> Self:
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"time_zone {self.time_zone} is not a known zone") from None
        for what, keys in (
            ("standards of one effective_term", [one.effective_term for one in self.standards]),
            ("parts of one term and code", [(one.term, one.part) for one in self.parts]),
            ("tables of one row name", [*(one.row for one in self.standards), *(one.row for one in self.parts)]),
        ):
            repeated = next((key for key, count in Counter(keys).items() if count > 1), None)
            if repeated is not None:
                raise ValueError(f"there are two {what}: {repeated}")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The institution's time zone."""
        return ZoneInfo(self.time_zone)

    def table(self, term: TermCode, part: str) -> PolicyTable | None:
        """Return what holds for a part of a term, or None where no dated rows or no rules in force are written."""
        dates = next((one for one in self.parts if (one.term, one.part) == (term, part)), None)
        held = [one for one in self.standards if one.effective_term <= term]
        if dates is None or not held:
            return None
        return PolicyTable(dates, max(held, key=lambda one: one.effective_term), self)
