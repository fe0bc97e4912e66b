"""How well the offline model of the chat understands people who have not seen its intents."""
