"""The harness: what is asked of a suite, what its cases came to, how runs are kept, compared and shown."""
