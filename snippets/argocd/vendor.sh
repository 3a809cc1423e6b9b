vendor argocd/base
