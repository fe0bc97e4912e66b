"""How often somebody may ask: a limit for each principal, or each address where nobody is signed in.

Limits are counted in this process; several serving processes each count their own.
"""

import threading
import time
from collections import OrderedDict
from math import ceil

from pyrate_limiter import Duration, Rate, RateItem, StateBucket

_MOST_KEPT = 10_000
_MS = 1000


class Allowance:
    """So many requests in a minute for each key; the keys that asked longest ago are forgotten first."""

    def __init__(self, per_minute: int) -> None:
        self._rate = Rate(per_minute, Duration.MINUTE)
        self._buckets: OrderedDict[str, StateBucket] = OrderedDict()
        self._guard = threading.Lock()

    def wait(self, key: str) -> int:
        """Count one request and return 0, or the whole seconds after which it may be sent again."""
        with self._guard:
            bucket = self._buckets.setdefault(key, StateBucket([self._rate]))
            self._buckets.move_to_end(key)
            if len(self._buckets) > _MOST_KEPT:
                self._buckets.popitem(last=False)
            item = RateItem(key, int(time.monotonic() * _MS))
            if bucket.put(item):
                return 0
            waiting = bucket.waiting(item)
        return max(1, ceil(waiting / _MS)) if isinstance(waiting, int) else 1
