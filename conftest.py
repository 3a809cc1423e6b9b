"""Every fence of the guide is a test: Sybil reads the pages, `guide.plugin` brings the cluster."""

from guide.blocks import BlockParser
from guide.chain import evaluate
from guide.document import PageDocument, PageSybil

pytest_plugins = ["guide.plugin"]

pytest_collect_file = PageSybil(
    parsers=[BlockParser(evaluate)],
    path="docs",
    patterns=["*.md"],
    document_types={".md": PageDocument},
    fixtures=["chain"],
).pytest()
