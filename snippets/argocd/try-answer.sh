names=$(kubectl get applications --namespace argocd --output json |
  jq --raw-output '[.items[] | select(.spec.project == "platform")
    | .metadata.name] | sort | join(" ")')
test "$names" = 'apps argocd cert-manager gitea gitops-ca nginx-ingress toolbox'
