kubectl get application nyan --namespace argocd --output json |
  jq '{apiVersion, kind, metadata: {name: "twin", namespace: "argocd"},
    spec: (.spec | del(.syncPolicy))}' |
  admin kubectl apply --server-side -f -
kubectl wait application/twin --namespace argocd --timeout=120s \
  --for=jsonpath='{.status.sync.status}'=OutOfSync
kubectl wait application/twin --namespace argocd --timeout=120s \
  --for=jsonpath='{.status.health.status}'=Healthy
kubectl get application twin --namespace argocd
