in_git() {
  kubectl exec --stdin deployment/git --namespace quarter -- sh -euc "
    cd cats
    $1
    git add --all
    git diff --cached --quiet || git commit --quiet --message '$2'
    git log --format='%an: %s'"
}
in_git 'cat > cats.yaml' 'Two cats' <<'END'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cats
spec:
  replicas: 2
  selector:
    matchLabels: {app: cats}
  template:
    metadata:
      labels: {app: cats}
    spec:
      automountServiceAccountToken: false
      containers:
        - name: cat
          image: registry.k8s.io/pause:3.10
END
