kubectl get applications,appprojects --namespace argocd --output json |
  jq --raw-output '[.items[] | .metadata.annotations
      ["argocd.argoproj.io/tracking-id"] // "" | startswith("apps:")]
    | "\(length) in the cluster, \(map(select(.)) | length) of them from git"'
kubectl get application apps --namespace argocd
