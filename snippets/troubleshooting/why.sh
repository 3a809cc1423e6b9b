why() {
  kubectl get application "$1" --namespace argocd --output jsonpath=\
'{range .status.conditions[*]}{.type}{": "}{.message}{"\n"}{end}'
}
keep why
