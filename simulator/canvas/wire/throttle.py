"""Canvas's leaky bucket per access token: parallel calls are charged before their real cost is known."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSettings:
    """The numbers of the bucket; costs are in seconds of work, `outflow` in units per second.

    `base_cost` stands for the database time that a simulated page does not need. `status` is 403, or 429 where the
    newer setting is on.
    """

    high_water_mark: float = 600.0
    maximum: float = 800.0
    outflow: float = 10.0
    up_front_cost: float = 50.0
    base_cost: float = 0.0
    status: int = 403


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class Throttle:
    """The buckets of all tokens of one Canvas."""

    def __init__(self, settings: BucketSettings | None = None, now: Callable[[], float] = time.monotonic) -> None:
        """Start with every bucket empty."""
        self.settings = settings or BucketSettings()
        self._now = now
        self._buckets: dict[str, _Bucket] = {}

    def _bucket(self, key: str) -> _Bucket:
        """Return a token's bucket after what leaked out since it was last used."""
        now = self._now()
        bucket = self._buckets.setdefault(key, _Bucket(0.0, now))
        bucket.level = max(0.0, bucket.level - (now - bucket.at) * self.settings.outflow)
        bucket.at = now
        return bucket

    def reserve(self, key: str) -> bool:
        """Charge a call in advance; False when the bucket is full and the call must be refused."""
        bucket = self._bucket(key)
        if bucket.level >= self.settings.high_water_mark:
            return False
        bucket.level = min(self.settings.maximum, bucket.level + self.settings.up_front_cost)
        return True

    def settle(self, key: str, seconds: float) -> tuple[float, float]:
        """Replace the advance charge by the real cost; returns that cost and what remains to the high water mark."""
        cost = seconds + self.settings.base_cost
        bucket = self._bucket(key)
        bucket.level = min(self.settings.maximum, max(0.0, bucket.level - self.settings.up_front_cost + cost))
        return cost, max(0.0, self.settings.high_water_mark - bucket.level)

    def fill(self, key: str, level: float | None = None) -> None:
        """Fill a token's bucket, to the brim unless told otherwise."""
        self._bucket(key).level = self.settings.maximum if level is None else level
