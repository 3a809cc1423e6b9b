delivered() {
  local commit app=application/$1
  commit=$(git -C ~/platform rev-parse HEAD) &&
    kubectl wait "$app" --namespace argocd --timeout=300s \
      --for=jsonpath='{.status.sync.revision}'="$commit" > /dev/null &&
    kubectl wait "$app" --namespace argocd --timeout=180s \
      --for=jsonpath='{.status.sync.status}'=Synced > /dev/null &&
    kubectl wait "$app" --namespace argocd --timeout=180s \
      --for=jsonpath='{.status.health.status}'=Healthy > /dev/null &&
    kubectl get "$app" --namespace argocd --no-headers --output custom-columns=\
':metadata.name,:status.sync.status,:status.health.status,:status.sync.revision'
}
undo() {
  local last
  last=$(git -C ~/platform log -1 --fixed-strings --grep="$1" --format=%h:%s) &&
    case $last in
      *:"$1") git -C ~/platform revert --no-edit "${last%%:*}" ;;
      *:"Revert \"$1\"") ;;
      *) echo "there is no commit '$1'" >&2 && return 1 ;;
    esac && git -C ~/platform push --quiet
}
keep delivered undo
