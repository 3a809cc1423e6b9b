cd ~/platform &&
  { test "$(git log -1 --format=%s)" != 'A digest from nowhere' ||
    git revert --no-edit HEAD > /dev/null; } &&
  git push --quiet &&
  delivered nyan &&
  kubectl rollout status deployment/nyan --namespace nyan --timeout=120s |
    tail -1
