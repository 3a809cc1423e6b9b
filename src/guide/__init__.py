"""The GitOps guide: what it adds to :mod:`walkthrough`, its clusters, its site and its command line."""

from guide import hooks
from walkthrough.hooks import register

# Whatever of it is imported takes part, also where the distribution is not installed.
register(hooks, "gitops-guide")
