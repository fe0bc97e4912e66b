"""The alerts that were raised: kept whole with their history, readable as long as the person is not forgotten."""

from store.alerts.book import AlertBook
from store.alerts.records import Alert, AlertDetail, AlertEvent, NewAlert, Shown
from store.alerts.rows import AlertEventRow, AlertRow, EventKind

__all__ = [
    "Alert",
    "AlertBook",
    "AlertDetail",
    "AlertEvent",
    "AlertEventRow",
    "AlertRow",
    "EventKind",
    "NewAlert",
    "Shown",
]
