cat > ~/platform/rebuild.sh <<'END'
#!/bin/bash
# The platform from nothing: of this folder, ~/gitops-keys and the backup.
set -euo pipefail
export KUBECONFIG=~/.kube/admin.yaml
. ~/.config/gitops/functions.sh
cd ~/platform

say() { printf '%4d s  %s\n' "$SECONDS" "$1"; }
there() { kubectl get "$@" > /dev/null 2>&1; }
# In Argo CD's name, so that no field is left in anyone else's.
apply() {
  kubectl apply --server-side --force-conflicts \
    --field-manager=argocd-controller "$@" > /dev/null
}
up() {
  kubectl rollout status deployment,statefulset,daemonset \
    --namespace "$1" --timeout=300s > /dev/null
}
backup_volumes() {
  kubectl create -k "backup/$1" --dry-run=client --output json |
    jq '.items[]? // . | select(.kind | test("^PersistentVolume"))'
}
restore() {
  restic_pod "$1"
  restic_in "$1" sh -euc 'if ! test -e "/data/$DATABASE"; then
      restic unlock --remove-all
      restic restore latest --host "$HOST" --target /tmp/all
      cp -Rpf /tmp/all/data/* /data/
      cp /tmp/all/copy/database "/data/$DATABASE.new"
      mv "/data/$DATABASE.new" "/data/$DATABASE"
    fi' > /dev/null
  restic_over "$1"
}

say 'the addons'
args=/var/snap/microk8s/current/args/kubelet
if [ -e "$args" ] && ! sudo grep -q '^--authorization-mode=' "$args"; then
  echo '--authorization-mode=Webhook' | sudo tee -a "$args" > /dev/null
fi
for addon in dns hostpath-storage rbac; do
  microk8s enable "$addon" > /dev/null 2>&1
done
microk8s status --wait-ready > /dev/null
kubectl wait clusterrolebinding/system:basic-user --for=create \
  --timeout=60s > /dev/null
kubectl create configmap coredns --namespace kube-system \
  --from-file=coredns/Corefile --dry-run=client --output yaml | apply -f -
kubectl rollout restart deployment/coredns --namespace kube-system > /dev/null
apply -k cert-manager
up kube-system

say 'the sealing keys, and what they open'
apply -f argocd/base/namespace.yaml -f drone/namespaces.yaml \
  -f gitea/namespace.yaml -f nyan/namespace.yaml \
  -f sealed-secrets/namespace.yaml -f sealed-secrets/kind.yaml
put_sealing_keys > /dev/null
kubectl wait crd/sealedsecrets.bitnami.com --for=condition=Established \
  --timeout=60s > /dev/null
apply -k sealed-secrets
apply -k secrets
up sealed-secrets
kubectl wait sealedsecrets --all --all-namespaces --for=condition=Synced \
  --timeout=120s > /dev/null

say 'what git does not hold'
apply --namespace gitea -f gitea/volume.yaml
apply -f drone/volume.yaml
for one in gitea drone; do
  # A volume that reset left still waits for the claim of the old cluster.
  there persistentvolumeclaim backup --namespace "$one" ||
    kubectl delete persistentvolume "backup-$one" --ignore-not-found > /dev/null
  backup_volumes "$one" | apply -f -
  there deployment "$one" --namespace "$one" || restore "$one"
done
if ! there secret gitops-ca --namespace cert-manager; then
  restic_pod gitea
  secrets=$(restic_in gitea restic dump latest --host secrets /secrets.json)
  restic_over gitea
  for namespace in $(jq --raw-output '.items[].metadata.namespace' <<< "$secrets"); do
    there namespace "$namespace" || kubectl create namespace "$namespace" > /dev/null
  done
  kubectl apply --server-side --force-conflicts -f - <<< "$secrets" > /dev/null
fi

say 'the same CA, and the way in'
up cert-manager
kubectl wait validatingwebhookconfiguration/cert-manager-webhook \
  --for=jsonpath='{.webhooks[0].clientConfig.caBundle}' --timeout=60s > /dev/null
apply -k gitops-ca
apply -k nginx-ingress
apply -k toolbox
up nginx-ingress

say 'Gitea, with its history'
apply -k gitea
up gitea
renew_everyday

say 'Argo CD, which does the rest'
apply -k argocd
up argocd
apply -f apps/projects.yaml -f apps/apps.yaml
kubectl wait application/apps --namespace argocd --timeout=300s \
  --for=jsonpath='{.status.operationState.phase}'=Succeeded > /dev/null
for state in sync.status=Synced health.status=Healthy; do
  kubectl wait applications --all --namespace argocd --timeout=300s \
    --for=jsonpath="{.status.${state%=*}}=${state#*=}" > /dev/null
done
curl -sS --fail --output /dev/null --retry 30 --retry-all-errors \
  --retry-delay 1 https://nyan.gitops.test/
say 'the cat is here'
END
