for folder in apps argocd cert-manager gitea gitops-ca nginx-ingress \
  toolbox; do
  admin let_go "$folder" || break
done
