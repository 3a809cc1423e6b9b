"""Runs a workflow's job on a new, minimal machine of this one's distribution, before anybody pushes it."""
