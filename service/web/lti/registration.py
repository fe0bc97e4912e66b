"""What an administrator of Canvas registers the tool with: the JSON of an LTI developer key."""

from typing import Any

from service.web.lti.claims import MASQUERADER, SECTIONS
from service.web.lti.launching import LAUNCH

TITLE = "Learning path"
_ABOUT = "Shows each student what this course already offers that fits them. Nobody else sees it."


def registration(origin: str) -> dict[str, Any]:
    """Return the developer key's JSON for the address that people reach us under.

    No scope is asked for, and of people nothing beyond what ``name_only`` releases: it is the least level at which
    Canvas tells the SIS id.
    """
    host, launch = origin.partition("://")[2], f"{origin}{LAUNCH}"
    placement = {
        "placement": "course_navigation",
        "message_type": "LtiResourceLinkRequest",
        "target_link_uri": launch,
        "text": TITLE,
        "enabled": True,
        "default": "disabled",
        "visibility": "members",
    }
    settings = {"platform": "canvas.instructure.com", "text": TITLE, "placements": [placement]}
    return {
        "title": TITLE,
        "description": _ABOUT,
        "oidc_initiation_url": f"{origin}/lti/login",
        "target_link_uri": launch,
        "public_jwk_url": f"{origin}/lti/jwks.json",
        "scopes": [],
        "custom_fields": {
            SECTIONS: "$Canvas.course.sectionSisSourceIds",
            MASQUERADER: "$Canvas.masqueradingUser.id",
        },
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": host,
                "tool_id": "provost-learning-path",
                "privacy_level": "name_only",
                "settings": settings,
            }
        ],
    }
