"""Failures of a provider, in our own tree and without its words: an error text may repeat the request."""

from domain.errors import (
    ConfigurationError,
    CredentialRejected,
    InternalError,
    ProvostError,
    RefusedBySystem,
    Throttled,
    Unreachable,
)

_TLS_FIX = "See that the provider speaks TLS 1.3 and that tls.ca_file names its authority."


def map_failure(failure: Exception) -> ProvostError:
    """Return what a failure of a model client means and who must act; a failure of ours is returned as it is."""
    if isinstance(failure, ProvostError):
        return failure
    status = getattr(failure, "status_code", None)
    if isinstance(status, int) and status >= 400:  # noqa: PLR2004 statuses of failure
        return failure_of(status)
    if _is_of(failure, "APIConnectionError", "APITimeoutError") or isinstance(failure, TimeoutError | ConnectionError):
        fix = f"Try again later; check model.base_url. {_TLS_FIX}"
        return Unreachable("The model provider gave no answer.", field="model.base_url", fix=fix)
    if _is_of(failure, "LengthFinishReasonError", "ContentFilterFinishReasonError", "OpenAIRefusalError"):
        fix = "Ask less at once, or let a person decide."
        return RefusedBySystem("The model provider broke off its answer.", field="answer", fix=fix)
    if _is_of(failure, "APIError", "APIResponseValidationError", "ValidationError", "JSONDecodeError"):
        fix = "Check that model.base_url is an OpenAI-compatible endpoint."
        return Unreachable("The model provider's answer cannot be read.", field="model.base_url", fix=fix)
    return InternalError(
        f"A model client failed ({type(failure).__name__}).", field="model", fix="Report it with the run id."
    )


def failure_of(status: int) -> ProvostError:
    """Return what a status of failure means and who must act."""
    if status in (401, 403):
        fix = "Set a valid key in model.api_key."
        return CredentialRejected("The model provider does not accept the key.", field="model.api_key", fix=fix)
    if status == 429:  # noqa: PLR2004 the status of a throttle
        fix = "Wait, or raise the quota with the provider."
        return Throttled("The model provider asked us to slow down.", field="status", fix=fix)
    if status == 404:  # noqa: PLR2004 the status of an unknown model or path
        fix = "Correct model.base_url or model.model."
        return ConfigurationError("The model provider does not know the model or path.", field="model.model", fix=fix)
    if status in (408, 409) or status >= 500:  # noqa: PLR2004 faults of the server
        return Unreachable(f"The model provider failed with status {status}.", field="status", fix="Try again later.")
    fix = "See that the endpoint supports chat completions with tools, and that the request is not too long."
    return ConfigurationError(f"The model provider refused the request with status {status}.", field="model", fix=fix)


def _is_of(failure: Exception, *names: str) -> bool:
    """Tell whether a failure is of one of these classes, by name: the client library is not imported to ask."""
    return any(cls.__name__ in names for cls in type(failure).__mro__)
