"""Training, honest measurement and replay of early alert on the Open University's records."""
