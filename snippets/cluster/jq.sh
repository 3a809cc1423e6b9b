kubectl get pods --all-namespaces --output json |
  jq --raw-output '.items[].spec.containers[].image' | sort --unique
