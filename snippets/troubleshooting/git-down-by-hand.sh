admin kubectl apply --server-side --force-conflicts -k gitea > /dev/null &&
  kubectl wait deployment/gitea --namespace gitea --timeout=60s --for=jsonpath=\
'{.spec.template.spec.volumes[0].persistentVolumeClaim.claimName}'=gitae
