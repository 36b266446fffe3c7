"""Use cases: what the pages and the commands share."""
