"""How the client says that a request was not taken."""

from typing import Any


class RequestFailed(Exception):
    """The interface answered with a problem: its stable code, what happened, and when to try again."""

    def __init__(self, status: int, problem: dict[str, Any], retry_after: int | None = None) -> None:
        self.status, self.retry_after = status, retry_after
        self.code = str(problem.get("code", ""))
        self.detail, self.fix = str(problem.get("detail", "")), str(problem.get("fix", ""))
        super().__init__(f"{status} {self.code}: {self.detail} {self.fix}".strip())

    @property
    def passes(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status in (429, 503)
