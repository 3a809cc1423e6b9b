"""Every fence of the guide is a test, where a cluster is named: ``pytest --cluster=sandbox docs``."""

import guide  # noqa: F401  it takes part in how its pages are read and run

pytest_plugins = ["walkthrough.run.plugin"]
