env -u KUBECONFIG bash -c '. ~/.config/gitops/shell.sh && kubectl get --raw /readyz'
kubectl --kubeconfig <(microk8s config) get --raw /readyz
for name in nyan gitea argocd; do
  curl -sS --fail -o /dev/null "https://$name.gitops.test/"
done
git ls-remote https://gitea.gitops.test/gitops/platform.git > /dev/null
