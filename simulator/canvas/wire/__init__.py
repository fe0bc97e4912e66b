"""Canvas's wire: tokens, throttle, parameters, paging, ids, and how rows are shown."""
