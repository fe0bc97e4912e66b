"""Provost over HTTP: the application, who is signed in, and what guards every request."""
