sed -i 's/background: #123/background: #142/' nyan/index.html &&
  commit 'A greener night sky' &&
  git push --quiet &&
  kubectl wait application/nyan --namespace argocd --timeout=60s \
    --for=jsonpath='{.status.sync.revision}'="$(git rev-parse HEAD)" &&
  kubectl get application nyan --namespace argocd
