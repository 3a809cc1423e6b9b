cd ~
rm -rf ~/platform ~/nyan ~/attack ~/.config/gitops ~/.config/argocd \
  ~/.kube/gitops.yaml ~/.kube/admin.yaml ~/.kube/cache
rm -f ~/gitops-ca.crt ~/gitops-ca.crt.new ~/gitops-ca-2.crt ~/first.crt
rm -rf ~/gitops-keys ~/.cache/trivy
mountpoint --quiet /srv/gitops-backup || sudo rm -rf /srv/gitops-backup
sudo rm -f /usr/local/bin/argocd /usr/local/bin/hadolint \
  /usr/local/bin/kubeseal /usr/local/bin/popeye /usr/local/bin/trivy
for file in ~/.bashrc ~/.zshrc; do
  if [ -f "$file" ]; then
    sed -i '/gitops\/shell\.sh/d' "$file"
  fi
done
unset KUBECONFIG
unalias k 2> /dev/null || true
