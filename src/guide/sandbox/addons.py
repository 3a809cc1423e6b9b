"""MicroK8s' own addon manifests, with the values that its ``enable`` scripts put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from guide.sandbox import layout
from walkthrough.errors import UserError

CORE = "https://raw.githubusercontent.com/canonical/microk8s-core-addons/1.36/addons"


@dataclass(frozen=True)
class Addon:
    """One addon that the ``microk8s`` stand-in can enable.

    :param url: its manifest.
    :param values: what stands for each ``$NAME`` in it.
    """

    name: str
    url: str
    values: Mapping[str, str] = field(default_factory=dict)

    def render(self, manifest: str) -> str:
        """The manifest with every variable replaced.

        :raises UserError: it has a variable without a value.
        """

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name not in self.values:
                raise UserError(
                    f"the manifest of the addon {self.name} has a variable ${name} without a value",
                    where=self.url,
                    fix="say in guide.sandbox.addons what MicroK8s' enable script puts there",
                )
            return self.values[name]

        return re.sub(r"\$([A-Z_]+)", value, manifest)


ADDONS = (
    Addon(
        "dns",
        f"{CORE}/dns/coredns.yaml",
        {
            "CLUSTERDOMAIN": layout.CLUSTER_DOMAIN,
            "NAMESERVERS": "/etc/resolv.conf",
            "DNSIP": layout.CLUSTER_DNS,
            "ALLOWESCALATION": "false",
        },
    ),
    Addon(
        "hostpath-storage",
        f"{CORE}/hostpath-storage/storage.yaml",
        {
            "SNAP_COMMON": str(layout.SNAP_COMMON),
            "DEFAULT_CLASS": "true",
            "RECLAIM_POLICY": "Delete",
        },
    ),
)
