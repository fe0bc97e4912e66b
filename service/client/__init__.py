"""A typed client of the interface, for Python programs; it imports nothing that serves."""

from service.client.calls import ProvostClient
from service.client.failures import RequestFailed
from service.client.records import Accepted, AnswerRead, ApprovalDetail, ApprovalRead, Page, RunRead, Wanted

__all__ = [
    "Accepted",
    "AnswerRead",
    "ApprovalDetail",
    "ApprovalRead",
    "Page",
    "ProvostClient",
    "RequestFailed",
    "RunRead",
    "Wanted",
]
