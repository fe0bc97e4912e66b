"""What a browser sees of a tool in Canvas: the course page with the frame, and the form that hands over to the tool.

There are no sessions here: who is signed in stands in the address, as `user`, and who acts as them as `acting`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from simulator.canvas.lti_platform import Hint, LtiPlatform, Vouched
from simulator.canvas.refusals import NotFound
from simulator.canvas.wire.call import Reply

HTML = "text/html; charset=utf-8"
_COURSE = re.compile(r"^/courses/(\d+)/external_tools/([^/]+)$")


def tool_in_course(path: str) -> bool:
    """Whether a path is that of a tool in a course."""
    return _COURSE.match(path) is not None


def course_page(platform: LtiPlatform, path: str, words: Mapping[str, str]) -> Reply:
    """The page of a course with a tool in a frame; raises NotFound for what does not exist."""
    match, state = _COURSE.match(path), platform.state
    assert match is not None
    course, tool = state.courses.get(int(match[1])), platform.tools.get(match[2])
    user, acting = (state.users.get(int(words.get(name, "0"))) for name in ("user", "acting"))
    if course is None or tool is None or user is None:
        raise NotFound
    address = platform.login_address(Hint(tool, user, course, acting))
    page = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(course.name)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ margin: 0; font: 16px/1.5 sans-serif }} header {{ padding: 12px 16px; background: #2d3b45; color: #fff }}
iframe {{ display: block; width: 100%; height: calc(100vh - 48px); border: 0 }}</style></head>
<body><header>{escape(course.course_code)}</header><main><h1 hidden>{escape(course.name)}</h1>
<iframe title="Tool content" src="{escape(address)}"></iframe></main></body></html>"""
    return Reply(None, content=page.encode(), content_type=HTML)


def handing_over(vouched: Vouched) -> Reply:
    """The page whose form goes to the tool by itself."""
    fields = {"state": vouched.state, "id_token": vouched.id_token}
    inputs = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())
    page = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Redirecting</title></head>
<body><form method="post" action="{escape(vouched.redirect_uri)}">{inputs}</form>
<script>document.forms[0].submit()</script></body></html>"""
    return Reply(None, content=page.encode(), content_type=HTML)
