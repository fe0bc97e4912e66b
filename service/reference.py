"""The reference pages, written from the code so that they cannot drift from it.

``python -m service.reference`` writes docs/reference and provost.example.toml; a test compares the files with what
the code says.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

_WIDE: dict[str, Any] = {"terminal_width": 100, "max_content_width": 100}
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"


def pages() -> dict[str, str]:
    """Return every reference page by file name."""
    return {
        "access.md": _model_page("Access file", "privacy.access.rules", "AccessRules", "provost.access.yaml"),
        "alerts.md": _model_page("Alert file", "domain.alert_settings", "AlertSettings", "provost.alerts.yaml"),
        "commands.md": commands_page(),
        "drop-policy.md": _model_page("Drop policy file", "domain.drop_policy", "DropPolicy", "drop-policy.yaml"),
        "errors.md": errors_page(),
        "institution.md": _model_page("Institution file", "domain.institution", "Institution", "institution.yaml"),
        "policy.md": _model_page("Policy file", "governance.policy", "Policy", "provost.policy.yaml"),
        "scope.md": scope_page(),
        "settings.md": _model_page(
            "Settings", "graphs.settings", "Settings", "provost.toml, or PROVOST_ with __ between levels"
        ),
    }


def scope_page() -> str:
    """List the keys of the scope file and every field that it may name."""
    from domain.scope import COLLECTIONS

    head = _model_page("Scope file", "domain.scope", "DataScope", "provost.scope.yaml")
    rows = [
        f"| `{name}` | {', '.join(sorted(known.needed))} | {', '.join(sorted(known.optional))} |"
        for name, known in sorted(COLLECTIONS.items())
    ]
    said = "Fields of each collection; those needed cannot be left out where the collection is in scope."
    return "\n".join([head, said, "", "| collection | needed | can be left out |", "|---|---|---|", *rows, ""])


def errors_page() -> str:
    """List every error code with what it means and who must act."""
    from domain.errors import error_codes

    rows = [f"| {code} | {cls.__name__} | {_first_line(cls.__doc__)} |" for code, cls in error_codes().items()]
    head = ["# Errors", "", "Codes are stable. The hundreds say who must act: see the tree in `domain/errors.py`.", ""]
    return "\n".join([*head, "| code | name | meaning |", "|---|---|---|", *rows, ""])


def commands_page() -> str:
    """Write the help text of every command and sub-command."""
    from service.cli import COMMANDS, provost

    context = click.Context(provost, info_name="provost", **_WIDE, **provost.context_settings)
    parts = ["# Commands", "", "Exit codes: 0 clean, 3 changes are waiting for a person, 1 failed, 2 wrong usage.", ""]
    for name in sorted(COMMANDS):
        command = provost.get_command(context, name)
        if command is not None:
            parts.extend(_command_lines(command, name, context))
    return "\n".join(parts)


def _command_lines(command: click.Command, name: str, parent: click.Context) -> list[str]:
    context = click.Context(command, info_name=name, parent=parent, **_WIDE)
    lines = [f"## {context.command_path}", "", "```", command.get_help(context), "```", ""]
    if isinstance(command, click.Group):
        for each in sorted(command.commands):
            lines.extend(_command_lines(command.commands[each], each, context))
    return lines


def _model_page(title: str, module: str, name: str, where: str) -> str:
    import importlib

    model: type[BaseModel] = getattr(importlib.import_module(module), name)
    rows = [f"| `{key}` | {_default(field)} | {field.description or ''} |" for key, field in model_fields(model)]
    return "\n".join(
        [f"# {title}", "", f"File: {where}.", "", "| key | default | meaning |", "|---|---|---|", *rows, ""]
    )


def model_fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every key of a settings model with its field, nested models flattened with dots."""
    for name, field in model.model_fields.items():
        yield f"{prefix}{name}", field
        for nested in _nested(field.annotation):
            yield from model_fields(nested, f"{prefix}{name}.")


def _nested(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 annotations have no common type
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) is None:
        return []
    return [model for inner in get_args(annotation) for model in _nested(inner)]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return ""
    return f"`{getattr(value, 'value', value)}`" if value not in ("", (), {}, None) else "empty"


def _first_line(doc: str | None) -> str:
    return (doc or "").strip().split("\n")[0]


if __name__ == "__main__":
    from service.example_settings import FILE, example_settings

    FILE.write_text(example_settings(), encoding="utf-8")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file_name, text in pages().items():
        (FOLDER / file_name).write_text(text, encoding="utf-8")
