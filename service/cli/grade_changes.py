"""``provost grades change`` and ``changes``: a grader's request after the roll, and what the registrar sees of it."""

import sys
from pathlib import Path

import click

from domain.ids import SectionKey
from service.cli.grade_options import REASON, SECTION, TOKEN


@click.command("change", help="Ask the registrar to change STUDENT's rolled grade to LETTER; nothing is written.")
@SECTION
@click.argument("student")
@click.argument("letter")
@REASON
@TOKEN
def change(section: SectionKey, student: str, letter: str, reason: str, token_file: Path | None) -> None:
    """Keep a grader's request, and have the ticket made that puts it before the registrar."""
    from domain.grades import InstructorEntry
    from graphs.grade_changes import ask_change
    from graphs.grade_specialist import GradeRequest
    from graphs.runner import new_run
    from service.cli.session import caller, handle_of, open_to_act
    from service.screens.grade_changes import print_asked

    with open_to_act() as provost:
        who, person = caller(provost, token_file), handle_of(provost, student)
        ask_change(provost, who, section, InstructorEntry(person=person, letter=letter), reason)
        asked = GradeRequest(run=new_run(), term=section.term, section=section, change_of=person)
        report = provost.work(asked)
    sys.exit(print_asked(report))


@click.command("changes", help="Show the changes of grade that were asked for in SECTION, with reasons.")
@SECTION
@TOKEN
def changes(section: SectionKey, token_file: Path | None) -> None:
    """Print the requests about students whose grade the caller may see."""
    from graphs.grade_changes import changes_asked
    from graphs.grade_desk import GradeDesk
    from service.cli.session import caller, open_to_act
    from service.screens.grade_changes import print_changes

    with open_to_act() as provost:
        who = caller(provost, token_file)
        found = changes_asked(provost, who, section)
        names = GradeDesk(provost).names(who, section, frozenset(one.person for one in found))
    print_changes(found, names)
