"""Checkpoints: the state of a cluster and of the chain's shell after a page, kept to begin behind it.

A run that begins at one runs fewer pages: what it did not run is no part of its record, which says what it
stood on.
"""
