"""Lets a trial ask the model that the settings in force name, in place of the offline one."""

import ssl
from pathlib import Path

from evals.campus import Trial
from graphs.settings import load_settings


def ask_configured_model(trial: Trial, folder: Path) -> None:
    """Start the trial's installation anew with the model of the settings, trusting its endpoint beside the campus."""
    own = load_settings()
    bundle = folder / "authorities.pem"
    known = own.tls.ca_file or ssl.get_default_verify_paths().cafile
    texts = [trial.campus.ca_file.read_text(encoding="utf-8")]
    texts += [Path(known).read_text(encoding="utf-8")] if known else []
    bundle.write_text("\n".join(texts), encoding="utf-8")
    trial.restart(model=own.model, tls=own.tls.model_copy(update={"ca_file": bundle}))
