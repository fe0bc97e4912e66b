"""Examples of the rules about people: identity, names, visibility (R1 to R18)."""

from datetime import timedelta

from domain.ids import LmsUserId, SisPersonId
from domain.lms import LmsLogin
from domain.rules import (
    identity,
    names,
    ordering,
    visibility,
)
from domain.rules.cross_lists import course_homes
from tests.agents.world import NOW, institution
from tests.rules.situation import (
    AGAIN,
    BY_ID,
    BY_LOGIN,
    BY_PRIOR,
    FIRST,
    LAB,
    LECTURE,
    MAX,
    PRIMARY,
    SECOND,
    STRANGER,
    STUDY,
    ZOE,
    Example,
    world,
)

HOMES = course_homes(world.sections)
DELETED = BY_ID.model_copy(update={"deleted": True})
FED = BY_ID.model_copy(update={"sis_import_id": 7})
MERGED = tuple(
    LmsLogin(user=LmsUserId(1), login=login, sis_id=sis_id)
    for login, sis_id in (("max", MAX.sis_id), ("zoe", ZOE.sis_id), ("old", ZOE.prior_sis_ids[0]))
)

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
    Example("R4", "a deleted account has the id", lambda: identity.id_holder(ZOE, [DELETED, BY_LOGIN]), DELETED),
    Example("R4", "a living one is no obstacle", lambda: identity.id_holder(ZOE, [BY_ID]), None),
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
        "R9",
        "made by the feed, gone from the SIS",
        lambda: identity.is_missing_from_source(FED, {MAX.sis_id}, complete=True),
        True,
    ),
    Example("R9", "still there", lambda: identity.is_missing_from_source(FED, {ZOE.sis_id}, complete=True), False),
    Example(
        "R9", "the read broke off", lambda: identity.is_missing_from_source(FED, {MAX.sis_id}, complete=False), False
    ),
    Example("R9", "made by hand", lambda: identity.is_missing_from_source(BY_ID, {MAX.sis_id}, complete=True), False),
    Example(
        "R9",
        "suspended, never deleted",
        lambda: identity.account_step(in_source=False, suspended=False),
        identity.AccountStep.SUSPEND,
    ),
    Example(
        "R9",
        "suspended before",
        lambda: identity.account_step(in_source=False, suspended=True),
        identity.AccountStep.KEEP,
    ),
    Example(
        "R10",
        "back again",
        lambda: identity.account_step(in_source=True, suspended=True),
        identity.AccountStep.REACTIVATE,
    ),
    Example(
        "R10",
        "never away",
        lambda: identity.account_step(in_source=True, suspended=False),
        identity.AccountStep.KEEP,
    ),
    Example("R12", "by the id of the login", lambda: identity.login_of_record(ZOE, MERGED), MERGED[1]),
    Example("R12", "else by an earlier one", lambda: identity.login_of_record(ZOE, MERGED[2:]), MERGED[2]),
    Example("R12", "never by the account", lambda: identity.login_of_record(ZOE, MERGED[:1]), None),
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
    Example("R19", "a lecture and its lab", lambda: visibility.meet_together(LECTURE, LAB, HOMES), True),
    Example("R19", "cross-listed", lambda: visibility.meet_together(SECOND, PRIMARY, HOMES), True),
    Example(
        "R19",
        "cross-listed on other days",
        lambda: visibility.meet_together(
            SECOND.model_copy(update={"start_on": SECOND.start_on + timedelta(days=50)}), PRIMARY, HOMES
        ),
        False,
    ),
    Example(
        "R19",
        "merged by hand",
        lambda: visibility.strangers_of(LECTURE, [LECTURE, LAB, STUDY], HOMES),
        (STUDY,),
    ),
    Example("R61", "a minor", lambda: visibility.needs_a_person([visibility.Protection.MINOR]), True),
    Example("R61", "nobody knows why", lambda: visibility.needs_a_person([visibility.Protection.UNKNOWN]), True),
    Example("R61", "none", lambda: visibility.needs_a_person([]), False),
)
