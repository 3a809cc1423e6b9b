for name in nyan gitea argocd drone; do
  getent hosts "$name.gitops.test" | grep -q '^127\.0\.0\.1 ' || exit 1
done
