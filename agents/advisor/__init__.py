"""The advisor of the chat: its versioned prompt, its offline intents, and the edge at which its tools are answered."""
