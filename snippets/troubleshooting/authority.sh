admin lab_app stranger https://nyan.gitops.test/gitops/platform.git nyan
kubectl wait application/stranger --namespace argocd --timeout=120s \
  --for=jsonpath='{.status.conditions[0].type}'=ComparisonError
why stranger
