"""Who may be suggested to whom: hard limits, the reason for each exclusion, and what could be relaxed."""
