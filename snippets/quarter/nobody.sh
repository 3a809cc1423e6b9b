kubectl get namespace argocd quarter
