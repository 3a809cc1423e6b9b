"""The site: MkDocs hooks, one idea a module, wired together in ``hooks.py``."""
