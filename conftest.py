"""Every fence of the guide is a test: Sybil reads the pages, `walkthrough.run.plugin` brings the cluster."""

import guide  # noqa: F401  it takes part in what its pages are read with
from walkthrough.pages.blocks import BlockParser
from walkthrough.pages.document import PageDocument, PageSybil
from walkthrough.run.chain import evaluate

pytest_plugins = ["walkthrough.run.plugin"]

pytest_collect_file = PageSybil(
    parsers=[BlockParser(evaluate)],
    path="docs",
    patterns=["*.md"],
    document_types={".md": PageDocument},
    fixtures=["chain"],
).pytest()
