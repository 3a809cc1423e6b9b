delivered() {
  local commit app=application/$1
  commit=$(git -C ~/platform rev-parse HEAD)
  kubectl wait "$app" --namespace argocd --timeout=180s \
    --for=jsonpath='{.status.sync.revision}'="$commit" > /dev/null
  kubectl wait "$app" --namespace argocd --timeout=180s \
    --for=jsonpath='{.status.sync.status}'=Synced > /dev/null
  kubectl wait "$app" --namespace argocd --timeout=180s \
    --for=jsonpath='{.status.health.status}'=Healthy > /dev/null
  kubectl get "$app" --namespace argocd --no-headers --output custom-columns=\
':metadata.name,:status.sync.status,:status.health.status,:status.sync.revision'
}
keep delivered
