cd ~/platform &&
  { grep -w images apps/kustomization.yaml > /dev/null ||
    echo '  - images.yaml' >> apps/kustomization.yaml; } &&
  git add apps &&
  { git diff --cached --quiet ||
    git commit --quiet --message='Only what we built runs in nyan'; } &&
  git push --quiet &&
  delivered apps
