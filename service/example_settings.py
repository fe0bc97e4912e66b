"""``provost.example.toml``, written from the settings: every one of them, explained and commented out."""

import json
import textwrap
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from graphs.settings import Settings

FILE = Path(__file__).resolve().parent.parent / "provost.example.toml"
_WIDTH = 110
_HEAD = """\
# Every setting of Provost with its default. Copy this file to provost.toml, readable by its owner only (chmod 600),
# and take the # off what differs. PROVOST_ variables win over it: PROVOST_CANVAS__READ_TOKEN sets canvas.read_token.
"""
_EXAMPLES = {
    "checkpoint_folder": "/srv/provost-checkpoints",
    "banner.dialect_file": "ethos.yaml",
    "drop_policy_file": "drop-policy.yaml",
    "notes_file": "/srv/provost-notes.jsonl",
    "knowledge.folder": "/srv/provost-knowledge",
    "oneroster.folder": "/srv/oneroster/today.zip",
    "oneroster.dialect_file": "oneroster.yaml",
    "oneroster.sftp_key_file": "/etc/provost/sftp.key",
    "oneroster.sftp_known_hosts": "/etc/provost/known_hosts",
    "tls.ca_file": "/etc/provost/authority.pem",
}
"""What is shown for a setting that is empty and would not be valid so."""


def example_settings() -> str:
    """Return the text of the example file."""
    return "\n".join([_HEAD, *_lines(Settings), *_groups()])


def _lines(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if not isinstance(_default(field), BaseModel):
            yield from textwrap.wrap(field.description or "", _WIDTH, initial_indent="# ", subsequent_indent="# ")
            yield f"# {name} = {json.dumps(_shown(f'{prefix}{name}', field))}\n"


def _groups() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        group = _default(field)
        if isinstance(group, BaseModel):
            yield f"# {field.description}"
            yield f"[{name}]"
            yield from _lines(type(group), f"{name}.")


def _shown(key: str, field: FieldInfo) -> object:
    value = _default(field)
    if value is None:
        return _EXAMPLES[key]
    if isinstance(value, SecretStr):
        return ""
    return str(value) if isinstance(value, Path | Decimal) else value


def _default(field: FieldInfo) -> object:
    found: object = field.get_default(call_default_factory=True)
    return found
