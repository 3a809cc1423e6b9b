"""Throwaway Kubernetes clusters: one small interface, four providers."""

from guide.clusters.registry import get_cluster

__all__ = ["get_cluster"]
