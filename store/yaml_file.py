"""Reads a YAML file of the operator's, refusing a key written twice, where YAML would silently keep the last."""

from collections.abc import Hashable
from pathlib import Path

import yaml

from domain.errors import ConfigurationError


class _OneKeyEach(yaml.SafeLoader):
    """A safe loader that refuses a repeated key."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Build a mapping, raising where a key repeats."""
        names = [self.construct_object(key, deep=deep) for key, _ in node.value]
        repeated = next((name for name in names if names.count(name) > 1), None)
        if repeated is not None:
            raise yaml.constructor.ConstructorError(
                "while reading a mapping", node.start_mark, f"the key {repeated} stands twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


def read_yaml(path: Path, *, field: str, what: str) -> object:
    """Return the parsed file; ConfigurationError names the setting ``field`` where it is missing or no YAML."""
    try:
        # The loader derives from SafeLoader: it builds plain values only.
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_OneKeyEach)  # noqa: S506
    except OSError as error:
        message = f"The {what} file {path.name} cannot be read: {error.strerror}."
        raise ConfigurationError(message, field=field, fix=f"Set {field} to a readable file.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"The {what} file {path.name} is not valid YAML: {' '.join(str(error).split())}."
        raise ConfigurationError(message, field=field, fix="Correct the line named above.") from error
