bash ~/platform/rebuild.sh &&
  curl -sS --fail https://nyan.gitops.test/ | grep '<title>'
