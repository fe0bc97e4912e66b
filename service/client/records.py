"""What goes over the wire of the interface: bodies and answers, the same for the service and for its client."""

from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from domain.alerting import FeedbackOutcome
from domain.principals import PrincipalKind, Role
from graphs.chat_events import ChatSummary, ChatTurn

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """One page: its items, and the cursor of the next, empty where this is the last."""

    items: list[T]
    next: str = Field(default="", description="Cursor of the next page; empty where there is none.")


class Me(BaseModel):
    """The caller: kind, roles, scopes, and whom they view pages as, where an administrator does."""

    id: str
    kind: PrincipalKind
    roles: list[Role]
    scopes: list[str]
    person: str | None = Field(description="Record handle, where the principal is somebody on record.")
    acting_as: str | None


class Graph(BaseModel):
    """A graph that can be started."""

    name: str
    nightly: bool = Field(description="Whether the worker runs it each night for every live term.")


class Graphs(BaseModel):
    """Every graph that can be started."""

    items: list[Graph]


class Wanted(BaseModel):
    """What a run is asked to do; each graph needs some of it, and people are named by record handle only."""

    model_config = ConfigDict(extra="forbid")

    term: str = Field(default="", max_length=20, pattern=r"^[A-Za-z0-9-]*$", description="Term code.")
    section: str = Field(default="", max_length=40, pattern=r"^[A-Za-z0-9-]*$", description="Section, as TERM-CRN.")
    person: str = Field(default="", max_length=60, pattern=r"^[A-Za-z0-9_-]*$", description="Record handle.")
    column: str = Field(default="", max_length=20, pattern=r"^[a-z_]*$", description="Column of grades.")
    driver: str = Field(default="", max_length=40, pattern=r"^[a-z_]*$", description="What set a learning path off.")
    registration: str = Field(
        default="", max_length=60, pattern=r"^[A-Za-z0-9-]*$", description="Registration that changed, by its id."
    )
    dry_run: bool = Field(default=False, description="Find and propose, and write nothing.")


class Accepted(BaseModel):
    """A run that was accepted and will be carried out, whatever dies on the way."""

    run_id: str
    workflow: str
    state: str


class RunRead(BaseModel):
    """One run: where it stands, why it stopped or failed, what it found and did by number."""

    id: str
    kind: str
    term: str
    state: str = Field(description="accepted, running, waiting, done, stopped, failed, rolled_back or cancelled.")
    note: str
    counts: dict[str, int]
    started_at: datetime | None
    ended_at: datetime | None


class ApprovalRead(BaseModel):
    """A request: what it is about in a few words, the hash that an answer must name, and until when."""

    id: str
    state: str
    topic: str
    plan_hash: str
    run_id: str
    requested_by: str
    changes: int
    needed: int = Field(description="People who must approve.")
    answered: int
    expires_at: datetime


class ChangeRead(BaseModel):
    """One change of the plan, people by record handle: which rule asked for it, what is there and what would be."""

    id: str
    kind: str
    target: str
    rule: str
    topic: str
    risk: str
    reversibility: str
    confidence: str
    before: dict[str, Any]
    after: dict[str, Any]
    superseded: bool = Field(description="Whether a later run speaks for this record now.")


class ApprovalDetail(ApprovalRead):
    """A request with every change of its plan."""

    plan: list[ChangeRead]


class Given(BaseModel):
    """A person's answer to exactly one plan hash."""

    model_config = ConfigDict(extra="forbid")

    plan_hash: str = Field(min_length=64, max_length=64, pattern=r"^[0-9a-f]{64}$")
    decision: str = Field(pattern=r"^(approve|reject)$", description="approve or reject.")
    reason: str = Field(default="", max_length=2000)


class AnswerRead(BaseModel):
    """Where the request stands after an answer; the run goes on in a worker once it is complete."""

    approval_id: str
    run_id: str
    state: str
    complete: bool = Field(description="False while a second person is needed.")


class AlertRead(BaseModel):
    """One alert: what kind of concern, how pressing, what is done about it, and where it stands."""

    id: str
    section: str
    issue: str
    level: str
    intervention: str
    state: str
    raised_on: date
    due_on: date
    reasons: list[str]
    changed_at: datetime


class StudentRead(BaseModel):
    """A student by record handle, with the name and id where the caller may know them, and the alerts about them."""

    person: str
    sis_id: str
    name: str
    score: str = Field(description="Risk from 0 to 100; empty where there is none.")
    alerts: list[AlertRead]


class Feedback(BaseModel):
    """What came of an alert."""

    model_config = ConfigDict(extra="forbid")

    outcome: FeedbackOutcome
    reason: str = Field(min_length=3, max_length=2000)


class CaseRead(BaseModel):
    """A case or ticket; ``person`` is a record handle, empty where it is about nobody."""

    marker: str = Field(description="What it is found by again.")
    kind: str
    person: str
    section: str
    queue: str
    title: str
    body: str


class EntryRead(BaseModel):
    """One entry: what happened, who did it, in which run; its body holds no personal data."""

    seq: int
    at: str
    kind: str
    actor: str
    run: str
    body: dict[str, Any]
    hash: str


class Whole(BaseModel):
    """What was found of the entries after the newest checkpoint."""

    ok: bool
    entries: int
    first_bad: int | None
    reason: str
    last_checkpoint: int | None
    after_checkpoint: int = Field(description="Good entries that no checkpoint outside vouches for yet.")


class Asked(BaseModel):
    """A question, in a conversation where one goes on."""

    model_config = ConfigDict(extra="forbid")

    words: str = Field(min_length=1, max_length=4000)
    conversation: str = Field(default="", max_length=120, pattern=r"^[A-Za-z0-9_.:-]*$")


class Conversations(BaseModel):
    """The caller's conversations, newest first."""

    items: list[ChatSummary]


class Transcript(BaseModel):
    """What was asked and answered, written for the reader now."""

    items: list[ChatTurn]
