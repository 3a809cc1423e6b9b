sed -i 's/claimName: gitea/claimName: gitae/' gitea/deployment.yaml &&
  commit 'A disk with another name' && git push --quiet &&
  kubectl wait deployment/gitea --namespace gitea --timeout=120s \
    --for=jsonpath='{.status.unavailableReplicas}'=1
