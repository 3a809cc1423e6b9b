"""Reads the pages of a site: text to blocks."""
