undo 'No webhooks' &&
  admin kubectl annotate application network --namespace argocd --overwrite \
    argocd.argoproj.io/refresh=normal > /dev/null &&
  delivered network
