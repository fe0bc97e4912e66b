"""Puts the early alert specialist together from an installation's readers, book, desk, models and knowledge."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from agents.early_alert.detection import AlertDetection
from agents.early_alert.drafts import Wording
from agents.early_alert.feed import AlertFeed
from agents.early_alert.model import load_model
from agents.early_alert.model_wording import word_by_model
from agents.early_alert.routing import Cite
from agents.paths import View
from agents.paths.message import path_lines
from domain.alert_settings import AlertSettings
from domain.errors import LedgerError, ProvostError
from domain.ids import RecordHandle, SectionKey
from domain.principals import Principal
from graphs.alert_keeping import AlertKeeping
from graphs.alert_people import AlertPeople
from graphs.alert_sight import AlertSight
from graphs.alert_work import AlertWork, Suggest, checked_title
from graphs.citing import word_citation
from graphs.early_alert import AlertRequest
from graphs.learning_path import AGENT as PATH_AGENT
from graphs.path_work import PathWork
from graphs.reports import ProgressSink
from privacy.knowledge.vocabulary import SearchScope
from privacy.vocabulary import Scope

if TYPE_CHECKING:
    from graphs.doors import Doors

_PASSAGES = 2
_log = structlog.get_logger(__name__)


def open_alert_work(doors: "Doors", request: AlertRequest, principal: Principal, progress: ProgressSink) -> AlertWork:
    """Return the specialist of one run; raises ConfigurationError where the alert file is not usable."""
    settings, readers = doors.alert_settings, doors.readers
    people = AlertPeople(readers.sis, readers.relationships, doors.identities, readers.records, readers.texts)
    return AlertWork(
        sight=_sight(doors, settings, people, principal),
        classroom=readers.classroom,
        people=people,
        keeping=AlertKeeping(doors.alerts, doors.casedesk, principal.id),
        settings=settings,
        institution=doors.institution,
        clock=doors.clock,
        principal=principal,
        safe=checked_title(_names_nobody(doors)),
        cite=_citing(doors, principal),
        suggest=_suggesting(doors, settings, request),
        word=_wording(doors, settings, principal, request),
        progress=progress,
    )


def _sight(doors: "Doors", settings: AlertSettings, people: AlertPeople, principal: Principal) -> AlertSight | None:
    readers = doors.readers
    if readers.classroom is None:
        return None
    feed = AlertFeed(
        sis=readers.sis,
        classroom=readers.classroom,
        records=readers.records,
        institution=doors.institution,
        identities=doors.identities,
        files=doors.activity,
        settings=settings,
        clock=doors.clock,
    )
    return AlertSight(
        detection=AlertDetection(feed, load_model()),
        people=people,
        book=doors.alerts,
        desk=doors.casedesk,
        institution=doors.institution,
        ledger=doors.ledger,
        locks=doors.locks,
        principal=principal,
    )


def _names_nobody(doors: "Doors") -> Callable[[str], bool]:
    """Return the look at titles: the second check of the privacy boundary, which finds nobody in what it lets pass."""
    return lambda title: not doors.boundary.check.look([title], Scope())


def _citing(doors: "Doors", principal: Principal) -> Cite:
    """Return how the knowledge base is asked about what an alert is about (S161)."""
    scope = SearchScope(purpose="early alert", limit=_PASSAGES)
    return lambda question: tuple(word_citation(one) for one in doors.library.search(question, principal, scope))


def _suggesting(doors: "Doors", settings: AlertSettings, request: AlertRequest) -> Suggest | None:
    """Return how a learning path is found for the advisor, where the alert file wants it and the LMS tells (S172).

    It is looked for under the identity of the learning path's agent, whose scopes say what it may see; nothing is kept
    as recommended, because nobody has told the student, and what they opened is not asked: each alert would ask for it.
    """
    if not settings.suggest_path or doors.readers.classroom is None:
        return None
    paths = PathWork(doors, keeps=False, follows_uses=False)

    def suggest(person: RecordHandle, section: SectionKey) -> tuple[str, ...]:
        try:
            return path_lines(paths.show(PATH_AGENT, person, section, View.STUDENT, request.run))
        except LedgerError:
            raise  # a look that cannot be recorded stops what looks (S224)
        except ProvostError as failure:
            _log.warning("no learning path for an alert", code=failure.code, run=request.run)
            return ()

    return suggest


def _wording(doors: "Doors", settings: AlertSettings, principal: Principal, request: AlertRequest) -> Wording | None:
    """Return how a model is asked for parts of a draft, where the alert file wants it and a model is configured."""
    if not settings.model_wording or doors.models.provider is None:
        return None
    return lambda facts: word_by_model(doors.chat_model(), principal.id, request.run, facts)
