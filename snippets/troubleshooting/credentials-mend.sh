argocd_creds &&
  kubectl annotate application nyan --namespace argocd --overwrite \
    argocd.argoproj.io/refresh=hard &&
  delivered nyan
