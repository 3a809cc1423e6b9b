"""Throwaway Kubernetes clusters: one small interface, four providers."""

from guide.clusters.registry import PROVIDERS, get_cluster

__all__ = ["PROVIDERS", "get_cluster"]
