"""Stand-ins for upstream images that a pod names by digest: an admission policy of the sandbox's own.

A stand-in has another digest than its original, and no registry can serve it under the original's. So the API
server takes the digest away from an image that the sandbox stands in for, in pods alone: manifests,
Deployments and what git says stay as they are. Any other image is left alone, and with it whether it can be
pulled: those of the cluster's own registry are run by the digest that they really have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from guide.pins.lockfile import Pin
from guide.pins.references import Reference, spellings
from guide.sandbox import layout
from guide.sandbox.configuration import PAUSE
from walkthrough.machine.base import Replacement

NAME = "stand-ins.sandbox"
_API = "admissionregistration.k8s.io/v1"

#: Whether a pod names a digest in one of its lists of containers.
_CONDITION = """\
(has(object.spec.{containers}) &&
 object.spec.{containers}.exists(c, has(c.image) && c.image.contains('@')))"""
#: Another image for the containers of a list whose image has a stand-in. A patch of JSON: an applied
#: configuration needs the schemas of all kinds, which the API server looks for only every five seconds.
_MUTATION = """\
!has(object.spec.{containers}) ? [] : object.spec.{containers}.transformList(i, c,
  has(c.image) && (c.image in variables.digests || c.image.split('@')[0] in variables.tags),
  JSONPatch{{
    op: "replace",
    path: "/spec/{containers}/" + string(i) + "/image",
    value: c.image in variables.digests ? variables.digests[c.image] : c.image.split('@')[0]
  }})"""
_LISTS = ("containers", "initContainers", "ephemeralContainers")


def stand_ins(refs: Iterable[str]) -> set[str]:
    """The images that have a stand-in, by name and tag, in every spelling.

    :param refs: as ``images.toml`` has them.
    """
    references = [Reference.parse(ref) for ref in refs]
    return {f"{name}:{one.tag}" for one in references for name in spellings(one.name)}


def policy(refs: Iterable[str], pins: Iterable[Pin]) -> str:
    """What :class:`guide.sandbox.policy.Policy` brings into force: its objects, and how to know that it is.

    :param refs: the images that have a stand-in.
    :param pins: what the guide knows of digests: an image without a tag is found by one of these alone.
    """
    tags = stand_ins(refs)
    digests = {
        f"{name}@{pin.digest}": f"{name}:{pin.reference.tag}"
        for pin in pins
        if pin.digest and pin.image in tags
        for name in spellings(pin.reference.name)
    }
    objects: dict[str, Any] = {
        "mutatingadmissionpolicies": {
            "apiVersion": _API,
            "kind": "MutatingAdmissionPolicy",
            "metadata": {"name": NAME},
            "spec": {
                "failurePolicy": "Fail",
                "reinvocationPolicy": "IfNeeded",
                "matchConstraints": {
                    "resourceRules": [
                        {
                            "apiGroups": [""],
                            "apiVersions": ["v1"],
                            # A pipeline's step gets its image by a change of its pod.
                            "operations": ["CREATE", "UPDATE"],
                            "resources": ["pods", "pods/ephemeralcontainers"],
                        }
                    ]
                },
                "matchConditions": [
                    {
                        "name": "names-a-digest",
                        "expression": " || ".join(_CONDITION.format(containers=name) for name in _LISTS),
                    }
                ],
                "variables": [
                    {"name": "tags", "expression": json.dumps(sorted(tags))},
                    {"name": "digests", "expression": json.dumps(digests, sort_keys=True)},
                ],
                "mutations": [
                    {
                        "patchType": "JSONPatch",
                        "jsonPatch": {"expression": _MUTATION.format(containers=name)},
                    }
                    for name in _LISTS
                ],
            },
        },
        "mutatingadmissionpolicybindings": {
            "apiVersion": _API,
            "kind": "MutatingAdmissionPolicyBinding",
            "metadata": {"name": NAME},
            "spec": {"policyName": NAME},
        },
    }
    rows = [{"path": f"/apis/{_API}/{kind}", "object": made} for kind, made in objects.items()]
    return json.dumps({"objects": rows, "probe": _probe()}, indent=2) + "\n"


def _probe() -> dict[str, Any]:
    """A pod to ask for, and the image that it gets once the policy is in force.

    The image is that of every cluster, which holds the namespaces of a pod, and the digest is nobody's.
    Any pod but the mirror of a static one needs the service account that a cluster gets seconds later.
    """
    asked = {"name": "probe", "image": f"{PAUSE}@sha256:{'0' * 64}"}
    return {
        "path": "/api/v1/namespaces/default/pods?dryRun=All",
        "object": {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "probe", "annotations": {"kubernetes.io/config.mirror": "probe"}},
            "spec": {"containers": [asked], "nodeName": layout.HOSTNAME},
        },
        "image": PAUSE,
    }


def replacements(refs: Iterable[str], pins: Iterable[Pin]) -> list[Replacement]:
    """The row of the images that the guide names by digest; none where it names none of these.

    :param refs: the images that the cluster has.
    """
    tags = stand_ins(refs)
    named = sorted(pin.image for pin in pins if pin.digest and pin.image in tags)
    if not named:
        return []
    return [
        Replacement(
            f"the digests of {', '.join(named)}",
            "pods get the stand-in of that name and tag; an admission policy takes the digest away",
            "a stand-in has another digest than its original",
        )
    ]
