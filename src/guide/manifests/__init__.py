"""The manifests, at three depths: against schemas, by a cluster's own opinion, and (in the chain) live."""

from guide.manifests.catalogue import used_addresses
from guide.manifests.schema import schema_errors

__all__ = ["schema_errors", "used_addresses"]
