admin argocd_creds &&
  admin kubectl annotate application nyan --namespace argocd --overwrite \
    argocd.argoproj.io/refresh=hard &&
  delivered nyan
