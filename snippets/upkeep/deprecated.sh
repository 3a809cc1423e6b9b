admin kubectl get --raw /metrics |
  sed -n '/^apiserver_requested_deprecated_apis.*removed_release="1/p'
