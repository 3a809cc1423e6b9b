for path in ~/platform ~/.config/gitops ~/.kube/gitops.yaml ~/gitops-ca.crt ~/first.crt \
  /usr/local/share/ca-certificates/gitops-ca.crt; do
  test ! -e "$path" || { echo "$path is still there"; exit 1; }
done
if grep -sn gitops ~/.bashrc /etc/hosts /etc/cloud/templates/hosts.debian.tmpl; then
  exit 1
fi
