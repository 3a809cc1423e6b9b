toolbox_trusts() {
  kubectl create configmap gitops-ca --namespace toolbox \
    --from-file=ca.crt="$1" --dry-run=client --output yaml |
    kubectl apply --server-side --force-conflicts -f - &&
    kubectl rollout restart deployment/toolbox --namespace toolbox > /dev/null &&
    kubectl rollout status deployment/toolbox --namespace toolbox \
      --timeout=120s | tail -1
}
keep toolbox_trusts
admin kubectl get secret gitops-ca-2 --namespace cert-manager \
  --output jsonpath='{.data.tls\.crt}' | base64 -d > ~/gitops-ca-2.crt &&
  openssl x509 -in ~/gitops-ca-2.crt -noout -subject &&
  sudo cp ~/gitops-ca-2.crt \
    /usr/local/share/ca-certificates/gitops-ca-2.crt &&
  sudo update-ca-certificates &&
  cat ~/gitops-ca.crt ~/gitops-ca-2.crt > ~/.config/gitops/roots.crt &&
  admin toolbox_trusts ~/.config/gitops/roots.crt
