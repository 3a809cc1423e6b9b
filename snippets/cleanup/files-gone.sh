mountpoint --quiet /srv/gitops-backup ||
  test ! -e /srv/gitops-backup ||
  { echo "/srv/gitops-backup is still there"; exit 1; }
for left in ~/platform ~/nyan ~/attack ~/.config/gitops ~/.config/argocd ~/.kube/gitops.yaml ~/.kube/admin.yaml ~/.kube/cache \
  ~/gitops-ca.crt ~/gitops-ca-2.crt ~/first.crt \
  /usr/local/bin/argocd /usr/local/bin/hadolint \
  /usr/local/bin/kubeseal ~/gitops-keys /usr/local/bin/popeye /usr/local/bin/trivy ~/.cache/trivy; do
  test ! -e "$left" || { echo "$left is still there"; exit 1; }
done
for file in ~/.bashrc ~/.zshrc ~/.gitconfig /etc/hosts /etc/cloud/templates/hosts.debian.tmpl; do
  if test -f "$file" && grep -n -E 'gitops\.test|gitops/shell\.sh' "$file"; then
    echo "$file still has these lines"
    exit 1
  fi
done
