"""The offline model: where no model is configured, answers by intent and template through the same tools and graphs."""
