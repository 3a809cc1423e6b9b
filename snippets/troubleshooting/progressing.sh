mkdir -p lab
cat > lab/ingress.yaml <<'END'
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: lab
spec:
  ingressClassName: nginks
  defaultBackend:
    service:
      name: lab
      port:
        number: 80
  rules:
    - host: lab.gitops.test
END
commit 'A way in to the lab' &&
  git push --quiet &&
  admin lab_app lab https://gitea.gitops.test/gitops/platform.git lab &&
  kubectl wait application/lab --namespace argocd --timeout=120s \
    --for=jsonpath='{.status.sync.status}'=Synced &&
  kubectl wait application/lab --namespace argocd --timeout=120s \
    --for=jsonpath='{.status.health.status}'=Progressing
