"""The embedded cluster: real Kubernetes on a plain Linux machine, in namespaces of its own."""
