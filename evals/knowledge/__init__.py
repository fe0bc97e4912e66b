"""A labelled set of campus texts and questions, and how well the knowledge base finds the right text."""
