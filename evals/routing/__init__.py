"""Who gets an alert, where and by when: from what was seen to what stands at the desks (S211 to S213)."""
