"""Looking for a message that was sent before: Canvas has no idempotency key, so the marker in the text is the proof.

A private conversation with the same person is reused and its subject dropped, so the marker stands in the body (R75).
"""

from tools.lms.canvas.lookup import API
from tools.lms.canvas.wire import ConversationRow, read_row
from tools.wire import WireClient, link_pages


def has_sent(client: WireClient, recipient: int, marker: str) -> bool:
    """Tell whether the client's user sent the account ``recipient`` a message whose body holds ``marker``."""
    params = (("scope", "sent"), ("filter[]", f"user_{recipient}"), ("per_page", "100"))
    for value in link_pages(client, f"{API}/conversations", params):
        conversation = read_row(ConversationRow, value)
        parties = {party.id for party in conversation.participants}
        if (not parties or recipient in parties) and _holds(client, conversation.id, marker):
            return True
    return False


def _holds(client: WireClient, conversation: int, marker: str) -> bool:
    answer = client.get(f"{API}/conversations/{conversation}", params=(("auto_mark_as_read", "false"),))
    return any(marker in message.body for message in read_row(ConversationRow, answer.json()).messages)
