"""Examples of the rules about people: identity, names, visibility (R1 to R18)."""

from datetime import timedelta

from domain.ids import SisPersonId
from domain.rules import (
    identity,
    names,
    ordering,
    visibility,
)
from tests.agents.world import NOW, institution
from tests.rules.situation import AGAIN, BY_ID, BY_LOGIN, BY_PRIOR, FIRST, MAX, STRANGER, ZOE, Example, world

PEOPLE: tuple[Example, ...] = (
    Example(
        "R1",
        "by id, earlier id, login; never by name",
        lambda: [user.id for user in identity.match_accounts(ZOE, world.users)],
        [BY_ID.id, BY_PRIOR.id, BY_LOGIN.id],
    ),
    Example(
        "R2", "two approvers and a snapshot", lambda: (identity.MERGE.approvers, len(identity.MERGE.snapshots)), (2, 2)
    ),
    Example("R3", "an earlier id", lambda: identity.carries_earlier_id(ZOE, BY_PRIOR), True),
    Example("R3", "the present id", lambda: identity.carries_earlier_id(ZOE, BY_ID), False),
    Example("R5", "somebody else has the login", lambda: identity.login_claimant(ZOE, [BY_LOGIN]), BY_LOGIN),
    Example("R5", "nobody has it", lambda: identity.login_claimant(ZOE, [BY_ID]), None),
    Example("R6", "a taken address", lambda: identity.usable_email(ZOE, frozenset({"zm1@northfield.example"})), None),
    Example("R6", "a free address", lambda: identity.usable_email(ZOE, frozenset()), "zm1@northfield.example"),
    Example("R7", "within the grace", lambda: identity.login_overdue(NOW - timedelta(hours=47), NOW, 48), False),
    Example("R7", "beyond it", lambda: identity.login_overdue(NOW - timedelta(hours=49), NOW, 48), True),
    Example(
        "R8",
        "a test id",
        lambda: identity.is_temporary(SisPersonId("T1"), institution(temporary_id_patterns=("T.*",))),
        True,
    ),
    Example(
        "R8",
        "an exception",
        lambda: identity.is_temporary(
            SisPersonId("T1"), institution(temporary_id_patterns=("T.*",), temporary_id_exceptions=("T1",))
        ),
        False,
    ),
    Example(
        "R11",
        "two rows of one person",
        lambda: [len(g) for g in ordering.by_student_and_section([FIRST, AGAIN]).values()],
        [2],
    ),
    Example("R13", "another id under this login", lambda: identity.match_rank(ZOE, STRANGER), 0),
    Example(
        "R14",
        "preferred in the LMS",
        lambda: (names.shown_name(MAX), names.sortable_name(MAX)),
        ("Max Moss", "Moss, Max"),
    ),
    Example("R14", "no preferred name", lambda: names.shown_name(ZOE), "Zoë Muñoz 1"),
    Example("R15", "capitals", lambda: names.is_format_difference("MAX MOSS", "Max Moss"), True),
    Example("R15", "no diacritics", lambda: names.is_format_difference("Soren Lund", "Søren Lund"), True),
    Example("R15", "legal for preferred", lambda: names.is_format_difference("Maximilian Moss", "Max Moss"), False),
    Example(
        "R16",
        "a nickname of their own",
        lambda: names.name_fields_to_correct(MAX, BY_ID.model_copy(update={"name": "Maxi Moss"})),
        (),
    ),
    Example("R17", "opted out, outward", lambda: visibility.may_be_named(ZOE, visibility.Audience.OUTWARD), False),
    Example("R17", "not opted out", lambda: visibility.may_be_named(MAX, visibility.Audience.OUTWARD), True),
    Example("R18", "opted out, own class", lambda: visibility.may_be_named(ZOE, visibility.Audience.OWN_CLASS), True),
)
