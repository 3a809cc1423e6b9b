kubectl apply -f - <<'END'
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: cats
  namespace: argocd
spec:
  sourceRepos: ["git://git.quarter/cats"]
  destinations:
    - {server: "https://kubernetes.default.svc", namespace: quarter}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: cats
  namespace: argocd
spec:
  project: cats
  source:
    repoURL: git://git.quarter/cats
    targetRevision: main
    path: .
  destination:
    server: https://kubernetes.default.svc
    namespace: quarter
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
END
kubectl wait application/cats --namespace argocd --timeout=180s \
  --for=jsonpath='{.status.sync.status}'=Synced
kubectl wait application/cats --namespace argocd --timeout=180s \
  --for=jsonpath='{.status.health.status}'=Healthy
