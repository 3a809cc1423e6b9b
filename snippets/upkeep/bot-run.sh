admin kubectl delete job renovate-now --namespace gitea \
  --ignore-not-found > /dev/null &&
  admin kubectl create job renovate-now --namespace gitea \
    --from=cronjob/renovate &&
  admin kubectl wait job/renovate-now --namespace gitea \
    --for=condition=Complete --timeout=600s
