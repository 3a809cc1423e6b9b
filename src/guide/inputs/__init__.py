"""All files of the guide that people write."""
