"""``provost grades``: a section's sheet, its attestation, answers to holds, and the way to the SIS."""

import json
import sys
from datetime import date, datetime
from pathlib import Path

import click

from domain.grade_holds import HoldState
from domain.grades import GradeColumn
from domain.ids import SectionKey
from service.cli.grade_changes import change, changes
from service.cli.grade_options import REASON, SECTION, TOKEN

_COLUMN = click.option(
    "--interim",
    "column",
    flag_value=GradeColumn.INTERIM.value,
    default=GradeColumn.FINAL.value,
    help="The interim column instead of the final one.",
)
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group(help="Look at a section's grades, attest them, answer holds, carry them to the SIS.")
def command() -> None:
    """Work on grades."""


@command.command("sheet", help="Show SECTION's sheet: what may go, who is kept and why; exit 3 unless it may go.")
@SECTION
@_COLUMN
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the sheet to this file, by handle.")
@TOKEN
def sheet(section: SectionKey, column: str, json_file: Path | None, token_file: Path | None) -> None:
    """Print the sheet for somebody who may see it."""
    from graphs.grade_desk import GradeDesk
    from service.cli import WAITING
    from service.cli.session import caller, open_to_act
    from service.screens.grades import print_sheet, sheet_file

    with open_to_act() as provost:
        view = GradeDesk(provost).sheet(caller(provost, token_file), section, GradeColumn(column))
    print_sheet(view)
    if json_file:
        json_file.write_text(json.dumps(sheet_file(view), indent=2) + "\n", encoding="utf-8")
    if view.block is not None or view.waiting:
        sys.exit(WAITING)


@command.command("attest", help="Attest SECTION's sheet as you saw it; only a grader of the section may.")
@SECTION
@click.option("--hash", "seen", required=True, help="Hash of the sheet you looked at, or its first 12 digits.")
@_COLUMN
@TOKEN
def attest(section: SectionKey, seen: str, column: str, token_file: Path | None) -> None:
    """Take a grader's word on exactly one sheet."""
    from graphs.grade_desk import GradeDesk
    from service.cli.session import caller, open_to_act

    with open_to_act() as provost:
        word = GradeDesk(provost).attest(caller(provost, token_file), section, GradeColumn(column), seen)
    click.echo(f"Sheet {word.sheet_hash[:12]} of {section} is attested.")
    click.echo(f"Next: provost grades send {section}{_flag(column)}")


@command.command("release", help="Release HOLD: the mark is no error and may go as it is.")
@click.argument("hold")
@REASON
@TOKEN
def release(hold: str, reason: str, token_file: Path | None) -> None:
    """Let a held mark go."""
    _answer(hold, HoldState.RELEASED, reason, token_file)


@command.command("correct", help="Say that the mark under HOLD was wrong and has been put right in the gradebook.")
@click.argument("hold")
@REASON
@TOKEN
def correct(hold: str, reason: str, token_file: Path | None) -> None:
    """Note a correction; the wrong mark stays held should it come again."""
    _answer(hold, HoldState.CORRECTED, reason, token_file)


@command.command("confirm", help="Confirm HOLD or a question: somebody looked, and it is so.")
@click.argument("hold")
@REASON
@TOKEN
def confirm(hold: str, reason: str, token_file: Path | None) -> None:
    """Confirm a mark or answer a question."""
    _answer(hold, HoldState.CONFIRMED, reason, token_file)


def _answer(hold: str, state: HoldState, reason: str, token_file: Path | None) -> None:
    from graphs.grade_desk import GradeDesk
    from service.cli.session import caller, open_to_act

    with open_to_act() as provost:
        answered = GradeDesk(provost).answer(caller(provost, token_file), hold, state, reason)
    click.echo(f"{answered.id} is {state.value}. The sheet may have changed: provost grades sheet {answered.section}")


@command.command("send", help="Carry SECTION's attested grades to the SIS; exit 3 where that waits for approval.")
@SECTION
@_COLUMN
@click.option("--dry-run", is_flag=True, help="Go the whole way but write nothing.")
@TOKEN
def send(section: SectionKey, column: str, dry_run: bool, token_file: Path | None) -> None:
    """Run the passback of one section now."""
    from graphs.grade_desk import GradeDesk
    from graphs.grade_specialist import GradeRequest
    from graphs.runner import new_run
    from service.cli import CLEAN, FAILED, WAITING
    from service.cli.session import caller, open_to_act
    from service.screens.grades import print_passback
    from service.screens.progress import stage_progress

    with open_to_act() as provost, stage_progress() as sink:
        GradeDesk(provost).require_sender(caller(provost, token_file), section)
        asked = GradeRequest(
            run=new_run(), term=section.term, section=section, column=GradeColumn(column), dry_run=dry_run
        )
        report = provost.work(asked, progress=sink)
    print_passback(report, section, GradeColumn(column))
    carried = report.counts.get("attested", 0) or not report.counts.get("grades to carry", 0)
    states = {"clean": CLEAN if carried else FAILED, "waiting": WAITING}
    sys.exit(states.get(report.state.value, FAILED))


@command.command("receipts", help="Show what the SIS did with each grade of SECTION; exit 3 unless all were taken.")
@SECTION
@_COLUMN
@TOKEN
def receipts(section: SectionKey, column: str, token_file: Path | None) -> None:
    """Print the last receipt of each student."""
    from graphs.grade_desk import GradeDesk
    from graphs.sheet_view import latest
    from service.cli import WAITING
    from service.cli.session import caller, open_to_act
    from service.screens.grades import print_receipts

    with open_to_act() as provost:
        desk, who = GradeDesk(provost), caller(provost, token_file)
        found = latest(desk.receipts(who, section, GradeColumn(column)))
        names = desk.names(who, section, frozenset(one.person for one in found))
    print_receipts(found, names)
    if any(one.outcome.value != "accepted" for one in found):
        sys.exit(WAITING)


@command.command("file", help="Write SECTION's attested grades as a file for the SIS; only the registrar may.")
@SECTION
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File to write, readable by you only.")
@_COLUMN
@TOKEN
def file(section: SectionKey, out: Path, column: str, token_file: Path | None) -> None:
    """Write the import file."""
    from graphs.grade_desk import GradeDesk
    from service.cli.session import caller, open_to_act

    with open_to_act() as provost:
        made = GradeDesk(provost).file(caller(provost, token_file), section, GradeColumn(column))
        out.touch(mode=0o600)
        out.write_bytes(made.content)
    click.echo(f"{made.grades} grades written to {out}, SHA-256 {made.sha256}.")


@command.command("enter", help="Enter what only the instructor can say of STUDENT (SIS id or record handle).")
@SECTION
@click.argument("student")
@_COLUMN
@click.option("--letter", help="A letter of your own in place of the gradebook's.")
@click.option("--last-engagement", type=_DAY, help="Last day the student took part in class work; a login is not one.")
@click.option("--never-attended", is_flag=True, help="The student never took part.")
@click.option("--incomplete-default", help="The grade that an incomplete lapses to.")
@click.option("--extension", type=_DAY, help="Day until which the work of an incomplete may be handed in.")
@TOKEN
def enter(
    section: SectionKey,
    student: str,
    column: str,
    letter: str | None,
    last_engagement: datetime | None,
    never_attended: bool,
    incomplete_default: str | None,
    extension: datetime | None,
    token_file: Path | None,
) -> None:
    """Keep an instructor's entry for one student, in place of an earlier one."""
    from domain.grades import InstructorEntry
    from graphs.grade_desk import GradeDesk
    from service.cli.session import caller, handle_of, open_to_act

    with open_to_act() as provost:
        entry = InstructorEntry(
            person=handle_of(provost, student),
            letter=letter,
            incomplete_default=incomplete_default,
            extension_on=_day(extension),
            last_engagement_on=_day(last_engagement),
            never_attended=never_attended,
        )
        GradeDesk(provost).enter(caller(provost, token_file), section, GradeColumn(column), entry)
    click.echo(f"Entered. The sheet has changed: provost grades sheet {section}{_flag(column)}")


@command.command("delegate", help="Let PERSON (SIS id or record handle) grade SECTION; only the registrar may.")
@SECTION
@click.argument("person")
@click.option("--end", is_flag=True, help="End it.")
@TOKEN
def delegate(section: SectionKey, person: str, end: bool, token_file: Path | None) -> None:
    """Keep the registrar's word on who may grade."""
    from graphs.grade_desk import GradeDesk
    from service.cli.session import caller, handle_of, open_to_act

    with open_to_act() as provost:
        who, named = caller(provost, token_file), handle_of(provost, person)
        GradeDesk(provost).delegate(who, section, named, end=end)
    click.echo(f"{named} {'no longer grades' if end else 'may grade'} {section}.")


command.add_command(change)
command.add_command(changes)


def _flag(column: str) -> str:
    return " --interim" if column == GradeColumn.INTERIM.value else ""


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
