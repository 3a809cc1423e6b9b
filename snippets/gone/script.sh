cat > ~/platform/rebuild.sh <<'END'
#!/bin/bash
# The platform from nothing: of this folder, ~/gitops-keys and the backup.
set -euo pipefail
export KUBECONFIG=~/.kube/admin.yaml
. ~/.config/gitops/functions.sh
cd ~/platform
apply() { kubectl apply --server-side --force-conflicts "$@" > /dev/null; }
say() { printf '%4d s  %s\n' "$SECONDS" "$1"; }
volumes() {
  kubectl create -k "backup/$1" --dry-run=client --output json |
    jq '.items[]? // . | select(.kind | test("^PersistentVolume"))'
}
restore() {
  restic_in "$1" sh -euc 'restic restore latest --host "$HOST" --target /tmp/all
    cp -Rp /tmp/all/data/* /data/
    cp /tmp/all/copy/database "/data/$DATABASE"' > /dev/null
}

say 'the addons'
for addon in dns hostpath-storage rbac; do
  microk8s enable "$addon" > /dev/null 2>&1
done
microk8s status --wait-ready > /dev/null
kubectl wait clusterrolebinding/system:basic-user --for=create --timeout=60s > /dev/null
kubectl create configmap coredns --namespace kube-system \
  --from-file=coredns/Corefile --dry-run=client --output yaml | apply -f -
kubectl rollout restart deployment/coredns --namespace kube-system > /dev/null
kubectl rollout status deployment --namespace kube-system --timeout=180s > /dev/null

say 'what git does not hold'
kubectl delete persistentvolume backup-gitea backup-drone --ignore-not-found > /dev/null
apply -f gitea/namespace.yaml -f drone/namespaces.yaml
apply --namespace gitea -f gitea/volume.yaml
apply -f drone/volume.yaml
for one in gitea drone; do
  volumes "$one" | apply -f -
  put_backup_password "$one" > /dev/null
  if ! kubectl get deployment "$one" --namespace "$one" > /dev/null 2>&1; then
    restic_pod "$one"
    restore "$one"
    restic_over "$one"
  fi
done
if ! kubectl get secret gitops-ca --namespace cert-manager > /dev/null 2>&1; then
  restic_pod gitea
  secrets=$(restic_in gitea restic dump latest --host secrets /secrets.json)
  restic_over gitea
  jq --raw-output '.items[].metadata.namespace' <<< "$secrets" | sort --unique |
    while read -r namespace; do
      kubectl create namespace "$namespace" --dry-run=client --output yaml |
        apply -f -
    done
  apply -f - <<< "$secrets"
fi

say 'the same CA, and the way in'
apply -k cert-manager
kubectl wait deployment --all --namespace cert-manager --for=condition=Available \
  --timeout=180s > /dev/null
kubectl wait validatingwebhookconfiguration/cert-manager-webhook \
  --for=jsonpath='{.webhooks[0].clientConfig.caBundle}' --timeout=60s > /dev/null
apply -k gitops-ca
apply -k nginx-ingress
apply -k toolbox
kubectl rollout status daemonset/nginx-ingress --namespace nginx-ingress \
  --timeout=180s > /dev/null

say 'Gitea, with its history'
apply -k gitea
kubectl rollout status deployment/gitea --namespace gitea --timeout=300s > /dev/null
renew_everyday

say 'Argo CD, which does the rest'
apply -k argocd
kubectl rollout status statefulset,deployment --namespace argocd --timeout=300s > /dev/null
apply -f apps/projects.yaml
apply -f apps/apps.yaml
kubectl wait application/apps --namespace argocd --timeout=300s \
  --for=jsonpath='{.status.operationState.phase}'=Succeeded > /dev/null
kubectl wait applications --all --namespace argocd --timeout=300s \
  --for=jsonpath='{.status.sync.status}'=Synced > /dev/null
kubectl wait applications --all --namespace argocd --timeout=300s \
  --for=jsonpath='{.status.health.status}'=Healthy > /dev/null
curl -sS --fail --output /dev/null --retry 30 --retry-all-errors --retry-delay 1 \
  https://nyan.gitops.test/
say 'the cat is here'
END
