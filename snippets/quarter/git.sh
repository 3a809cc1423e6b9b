kubectl apply -f - <<'END'
apiVersion: v1
kind: Namespace
metadata:
  name: quarter
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: git
  namespace: quarter
spec:
  selector:
    matchLabels: {app: git}
  template:
    metadata:
      labels: {app: git}
    spec:
      automountServiceAccountToken: false
      containers:
        - name: git
          image: quay.io/argoproj/argocd:v3.5.7
          command: [sh, -c]
          args:
            - |
              git config --global user.name "A cat" &&
              git config --global user.email cat@example.com &&
              git init --quiet --initial-branch=main cats &&
              exec git daemon --export-all --base-path="$HOME"
---
apiVersion: v1
kind: Service
metadata:
  name: git
  namespace: quarter
spec:
  selector: {app: git}
  ports:
    - {name: git, port: 9418}
END
kubectl rollout status deployment/git --namespace quarter --timeout=300s
