cd ~/platform &&
  sed -i 's/schedule: .*/schedule: "* * * * *"/; s/backoffLimit: .*/backoffLimit: 0/' \
    backup/gitea/restore-test.yaml &&
  commit 'Test the backup every minute' &&
  git push --quiet &&
  kubectl wait application/backup --namespace argocd --timeout=300s \
    --for=jsonpath='{.status.health.status}'=Degraded
