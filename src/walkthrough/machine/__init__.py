"""The machine that steps run on, and the shell on it."""
