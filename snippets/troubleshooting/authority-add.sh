admin argocd_core cert add-tls nyan.gitops.test --upsert --from ~/gitops-ca.crt
admin kubectl annotate pods --namespace argocd --overwrite \
  --selector app.kubernetes.io/name=argocd-repo-server look="$(date +%s)"
