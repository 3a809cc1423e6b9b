"""Throwaway Kubernetes clusters: one small interface, four providers."""

from walkthrough.machine.registry import get_cluster

__all__ = ["get_cluster"]
