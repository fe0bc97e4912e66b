"""Reads the alert file, so that alerts follow exactly what the institution wrote, or none is raised."""

from pathlib import Path

from pydantic import ValidationError

from domain.alert_settings import AlertSettings
from domain.errors import ConfigurationError
from store.yaml_file import read_yaml

FIELD = "alerts_file"


def load_alert_settings(path: Path) -> AlertSettings:
    """Return the settings in the file; ConfigurationError names the first key at fault and how many there are."""
    try:
        return AlertSettings.model_validate(read_yaml(path, field=FIELD, what="alert"))
    except ValidationError as invalid:
        faults = invalid.errors()
        place = ".".join(str(part) for part in faults[0]["loc"]) or "routes"
        message = f"{path.name} is not usable: {place}: {faults[0]['msg']}. Faults in all: {len(faults)}."
        fix = "Compare with the keys described in docs/reference/alerts.md."
        raise ConfigurationError(message, field=place, fix=fix) from None
