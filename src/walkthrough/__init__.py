"""Runs the blocks of code on the pages of a MkDocs site, and proves what became of each."""
