"""Which pages the LMS may show in a frame, and under which headers; every other page stays out of frames."""

from collections.abc import Mapping, Sequence

FRAMED = ("/lti/login", "/lti/launch")
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors "


def framed_headers(ancestors: Sequence[str]) -> Mapping[str, str | None]:
    """Return what the pages of a launch say instead of what other pages say; None leaves a header out.

    They run no script and send no form. Frame-ancestors says who may frame them; X-Frame-Options, which can name
    nobody, would contradict it.
    """
    return {
        "Content-Security-Policy": _POLICY + (" ".join(ancestors) or "'none'"),
        "X-Frame-Options": None if ancestors else "DENY",
        "Referrer-Policy": "no-referrer",
    }
