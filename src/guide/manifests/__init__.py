"""The manifests, at three depths: against schemas, by a cluster's own opinion, and (in the chain) live."""

from guide.manifests.catalogue import used_addresses
from guide.manifests.schema import schema_errors
from guide.manifests.server import dry_run

__all__ = ["dry_run", "schema_errors", "used_addresses"]
