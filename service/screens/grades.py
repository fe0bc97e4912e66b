"""A section's grades on the screen of somebody who may see them: sheet, holds, receipts, what a run came to."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape

from domain.grade_holds import GradeHold, HoldState
from domain.grades import GradeColumn, GradeReceipt, GradeSheetLine
from domain.ids import RecordHandle, SectionKey
from graphs.grade_desk import HASH_BEGINNING
from graphs.reports import RunReport, RunState
from graphs.sheet_view import SheetView
from service.screens.run_report import outcome_sentence, print_findings
from service.screens.words import counted, plain_table

Names = Mapping[RecordHandle, str]


def print_sheet(view: SheetView, console: Console | None = None) -> None:
    """Print the sheet: the lines that may go, who is kept and why, what is held and asked, and the next step."""
    out = console or Console()
    sheet = view.looked.sheet
    lines = [line for line in sheet.attested if line.person in view.visible]
    held = {line.person for line in sheet.already_held}
    out.print(f"{sheet.column.value.capitalize()} grades of section {sheet.section}", markup=False)
    if lines:
        _print_lines(lines, held, view.names, out)
    _print_kept(view, out)
    _print_doubts(view, out)
    for finding in view.findings:
        out.print(f"Note: {finding}", markup=False)
    _print_next(view, out)


def _print_lines(lines: Sequence[GradeSheetLine], held: set[RecordHandle], names: Names, out: Console) -> None:
    table = plain_table(f"{counted(len(lines), 'grade')} may go, or the SIS holds them already")
    for title in ("student", "grade", "score", "from", "with it", ""):
        table.add_column(title)
    for line in sorted(lines, key=lambda line: names.get(line.person, line.person)):
        score = "" if line.score is None else f"{line.score}"
        said = "held already" if line.person in held else ""
        name = escape(names.get(line.person, line.person))
        table.add_row(name, line.letter, score, line.source.value, _with_it(line), said)
    out.print(table)


def _with_it(line: GradeSheetLine) -> str:
    parts = [
        f"engaged until {line.last_engagement_on}" if line.last_engagement_on else "",
        "never attended" if line.never_attended else "",
        f"lapses to {line.incomplete_default} after {line.extension_on}" if line.incomplete_default else "",
    ]
    return ", ".join(part for part in parts if part)


def _print_kept(view: SheetView, out: Console) -> None:
    kept = [one for one in view.looked.sheet.kept if one.person in view.visible]
    hidden = len(view.looked.sheet.kept) - len(kept)
    if kept:
        out.print(f"{counted(len(kept), 'student')} kept:")
    for one in sorted(kept, key=lambda one: view.names.get(one.person, one.person)):
        out.print(f"  {view.names.get(one.person, one.person)}", markup=False)
        for block in one.blocks:
            out.print(f"    {block.rule} {block.reason} {block.fix}", markup=False, soft_wrap=True)
    if hidden:
        out.print(f"{counted(hidden, 'student')} kept whom you may not see here, as they are not on your roster (R88).")


def _print_doubts(view: SheetView, out: Console) -> None:
    """Print holds, and questions apart from them: expected, seen, the likeliest cause (S86, S87)."""
    doubts = view.doubts
    for title, wanted in (("held", False), ("to confirm before you attest", True)):
        found = [(hold, state) for hold, state in doubts if hold.kind.question is wanted]
        if found:
            out.print(f"{counted(len(found), 'mark')} {title}:")
        for hold, state in found:
            _print_doubt(hold, state, view.names, out)


def _print_doubt(hold: GradeHold, state: HoldState, names: Names, out: Console) -> None:
    who = names.get(hold.person, hold.person) if hold.person else "the whole column"
    out.print(f"  {hold.id}  {state.value}  {who}{', ' + hold.column if hold.column else ''}", markup=False)
    out.print(f"    expected {hold.expected}, seen {hold.seen}, likeliest cause: {hold.cause}", markup=False)
    if hold.kind.question:
        out.print(f"    {hold.reason}", markup=False, soft_wrap=True)


def _print_next(view: SheetView, out: Console) -> None:
    sheet, flag = view.looked.sheet, _flag(view.looked.sheet.column)
    out.print(f"Hash: {sheet.hash}", soft_wrap=True)
    if view.waiting:
        out.print("Answer a hold or question: provost grades release|correct|confirm ID --reason WHY")
    if view.block is None:
        out.print(f"Attested. Carry it: provost grades send {sheet.section}{flag}", soft_wrap=True)
        return
    out.print(f"Not carried yet. {view.block.rule} {view.block.reason} {view.block.fix}", markup=False, soft_wrap=True)
    if not sheet.stops and sheet.attested:
        beginning = sheet.hash[:HASH_BEGINNING]
        out.print(f"Attest it: provost grades attest {sheet.section}{flag} --hash {beginning}", soft_wrap=True)


def sheet_file(view: SheetView) -> dict[str, object]:
    """Return the sheet as a file: people by handle, and only those whom the reader may see."""
    sheet = view.looked.sheet
    return {
        "section": str(sheet.section),
        "column": sheet.column.value,
        "hash": sheet.hash,
        "attested": view.block is None,
        "stops": [block.model_dump(mode="json") for block in sheet.stops],
        "lines": [line.model_dump(mode="json") for line in sheet.lines if line.person in view.visible],
        "already_held": [line.model_dump(mode="json") for line in sheet.already_held if line.person in view.visible],
        "kept": [one.model_dump(mode="json") for one in sheet.kept if one.person in view.visible],
        "holds": [{**hold.model_dump(mode="json"), "state": state.value} for hold, state in view.doubts],
    }


def print_receipts(receipts: Sequence[GradeReceipt], names: Names, console: Console | None = None) -> None:
    """Print one line for each student: what the SIS did with the grade, and its own words (R95)."""
    out = console or Console()
    for one in sorted(receipts, key=lambda one: names.get(one.person, one.person)):
        words = f"  {one.message}" if one.message else ""
        line = f"{one.outcome.value:9} {names.get(one.person, one.person)}  {one.code}{words}"
        out.print(line, markup=False, soft_wrap=True)
    accepted = sum(one.outcome.value == "accepted" for one in receipts)
    out.print(
        f"{accepted} of {counted(len(receipts), 'grade')} accepted and read back." if receipts else "None sent yet."
    )


def print_passback(report: RunReport, section: SectionKey, column: GradeColumn, console: Console | None = None) -> None:
    """Print what a passback came to, by number, and the next step."""
    out = console or Console()
    table = plain_table(f"{column.value.capitalize()} grades of section {section}, run {report.run_id}")
    table.add_column("what")
    table.add_column("number", justify="right")
    for name, count in report.counts.items():
        if name != "attested":
            table.add_row(name, str(count))
    out.print(table)
    print_findings(report, 20, out)
    out.print(outcome_sentence(report))
    out.print(_next(report, section, column), soft_wrap=True)


def _next(report: RunReport, section: SectionKey, column: GradeColumn) -> str:
    flag, counts = _flag(column), report.counts
    if report.state is RunState.STOPPED:
        return "The run stopped before any write; the findings above say why."
    if counts.get("grades to carry", 0) and not counts.get("attested", 0):
        return f"R92 Nobody has attested this sheet, so no grade was sent. Look: provost grades sheet {section}{flag}"
    if report.held:
        return "Carrying waits for the registrar: `provost approvals list`."
    if counts.get("grades sent", 0):
        return f"Receipts: provost grades receipts {section}{flag}"
    return "No grade had to be sent."


def _flag(column: GradeColumn) -> str:
    return " --interim" if column is GradeColumn.INTERIM else ""
