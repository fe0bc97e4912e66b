"""The campus's learning management system, as its vendor's wire shows it, over rows that really change."""
