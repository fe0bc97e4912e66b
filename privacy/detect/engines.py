"""Which language engine Presidio runs on: none by default, or an installed spaCy or transformers model by setting.

Nothing is ever downloaded. Presidio's own engines download a missing model, so a model that is not on this machine is
refused before they are built.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import ConfigurationError

if TYPE_CHECKING:
    from presidio_analyzer.nlp_engine import NlpEngine

NO_ENGINE = "no_op"
LANGUAGE = "en"


def open_engine(setting: str = NO_ENGINE) -> "NlpEngine":
    """Open the engine: ``no_op``, ``spacy:MODEL`` or ``transformers:SPACY_MODEL:FOLDER``.

    ``MODEL`` is an installed package or a folder. Raises ConfigurationError where it is not on this machine.
    """
    kind, _, model = setting.partition(":")
    if kind == NO_ENGINE:
        from presidio_analyzer.nlp_engine import NoOpNlpEngine

        engine: NlpEngine = NoOpNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": NO_ENGINE}])
    elif kind == "spacy":
        from presidio_analyzer.nlp_engine import SpacyNlpEngine

        engine = SpacyNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": _installed(model)}])
    elif kind == "transformers":
        engine = _open_transformers(model)
    else:
        raise _refuse(f"The detection engine {kind!r} is not known.")
    engine.load()
    return engine


def _open_transformers(model: str) -> "NlpEngine":
    spacy_model, _, folder = model.partition(":")
    if not Path(folder).is_dir():
        raise _refuse("The folder of the transformers model does not exist.")
    os.environ["HF_HUB_OFFLINE"] = "1"
    from presidio_analyzer.nlp_engine import TransformersNlpEngine

    named = {"spacy": _installed(spacy_model), "transformers": folder}
    try:
        return TransformersNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": named}])
    except ImportError as error:
        raise _refuse("The transformers package is not installed.") from error


def _installed(model: str) -> str:
    import spacy

    if not model or not (spacy.util.is_package(model) or Path(model).is_dir()):
        raise _refuse("The spaCy model of the detection engine is not installed.")
    return model


def _refuse(message: str) -> ConfigurationError:
    return ConfigurationError(
        message,
        field="detection_engine",
        fix="Install the model by hand and name it as spacy:MODEL or transformers:SPACY_MODEL:FOLDER, or use no_op.",
    )
