"""Tests of the clusters that the reader brings."""
