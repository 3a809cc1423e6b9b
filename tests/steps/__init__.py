"""Steps of the pages, as a reader meets them: pasted after one that failed, and pasted again."""
