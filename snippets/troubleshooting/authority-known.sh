admin kubectl annotate application stranger --namespace argocd --overwrite \
  argocd.argoproj.io/refresh=hard
why stranger | grep 'repository not found'
