"""What the commands about grades take alike: the section, the token, the reason."""

from pathlib import Path

import click

from domain.ids import SectionKey

TOKEN = click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOSTTOKEN."
)
REASON = click.option("--reason", required=True, help="Why, for the record.")


class _Section(click.ParamType[SectionKey]):
    """A section by term and number, such as 202680-12345."""

    name = "section"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> SectionKey:
        """Read the name; wrong usage where it is none."""
        found = value if isinstance(value, SectionKey) else SectionKey.parse(str(value))
        if found is None:
            self.fail(f"{value} is no section; write TERM-CRN, such as 202680-12345.", param, ctx)
        return found


SECTION = click.argument("section", type=_Section())
