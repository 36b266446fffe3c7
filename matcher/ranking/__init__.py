"""From comparisons to a slate: published effects, what episodes taught, expected benefit and the reasons for it."""
