"""Whether the tool inside the LMS's courses can work: its keys can be read, and the LMS may frame it (S96)."""

from collections.abc import Iterator

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from domain.errors import MalformedSource
from graphs.settings import Settings
from service.doctor.check import Check, note, ok

PART = "course tool"


def look_at_course_tool(settings: Settings) -> Iterator[Check]:
    """Read the keys that launches are signed with, and say where no LMS may frame the page."""
    from graphs.connections import fetch_public
    from service.web.published_keys import read_key_set

    lti = settings.lti
    if not lti.client_id:
        return
    try:
        keys = KeySet.import_key_set(read_key_set(fetch_public(settings, lti.jwks_url), "lti.jwks_url")).keys
    except (JoseError, ValueError, TypeError, KeyError):
        raise MalformedSource("The keys cannot be read.", field="lti.jwks_url", fix="Correct the address.") from None
    yield ok(PART, f"{len(keys)} keys that launches are signed with; {len(lti.deployment_ids)} deployments count.")
    if not lti.frame_ancestors:
        fix = "Set lti.frame_ancestors to the origin of the LMS, or let it open the tool in a tab of its own."
        yield note(PART, "No LMS may show the page in a frame.", fix)
