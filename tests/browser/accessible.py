"""What an accessible page must hold to: the rules of axe-core that are asked, and what breaks them on a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def violations(page: Page, options: dict[str, Any] = RULES) -> list[str]:
    """What breaks a rule on the page as it stands, each with where."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{page.url} {one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]
