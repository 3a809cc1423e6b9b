"""Throwaway Kubernetes clusters: one small interface, four providers."""
