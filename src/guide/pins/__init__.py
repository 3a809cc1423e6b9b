"""The container images that the guide brings, and the digests that their tags were seen to mean."""
