"""Compares what a step printed with what the page shows."""
