"""Runs the blocks in reading order, and finds a verdict for each."""
