cd ~/platform
kubectl create namespace lab --dry-run=client --output yaml |
  kubectl label --local --filename=- --output=yaml \
    pod-security.kubernetes.io/enforce=restricted |
  admin kubectl apply --server-side -f -
lab_app() {
  jq --null-input --arg name "$1" --arg repo "$2" --arg path "$3" '{
    apiVersion: "argoproj.io/v1alpha1", kind: "Application",
    metadata: {name: $name, namespace: "argocd"},
    spec: {
      project: "lab",
      source: {repoURL: $repo, targetRevision: "refs/heads/main", path: $path},
      destination: {server: "https://kubernetes.default.svc", namespace: "lab"},
      syncPolicy: {automated: {prune: true, selfHeal: true}}}}' |
    kubectl apply --server-side -f -
}
keep lab_app
jq --null-input '{
  apiVersion: "argoproj.io/v1alpha1", kind: "AppProject",
  metadata: {name: "lab", namespace: "argocd"},
  spec: {
    sourceRepos: ["https://*.gitops.test/gitops/platform.git"],
    destinations: [{server: "https://kubernetes.default.svc", namespace: "lab"}]}}' |
  admin kubectl apply --server-side -f -
