cd ~
rm -rf ~/platform ~/nyan ~/.config/gitops ~/.config/argocd ~/.kube/gitops.yaml
rm -f ~/gitops-ca.crt ~/first.crt ~/.ssh/gitops ~/.ssh/gitops.pub \
  ~/.ssh/gitops_config ~/.ssh/gitops_known_hosts
sudo rm -f /usr/local/bin/argocd /usr/local/bin/hadolint /usr/local/bin/popeye
if command -v git > /dev/null; then
  git config --global --remove-section \
    credential.https://gitea.gitops.test 2> /dev/null || true
fi
if [ -f ~/.bashrc ]; then
  sed -i '/gitops\/shell\.sh/d' ~/.bashrc
fi
unset KUBECONFIG
unalias k 2> /dev/null || true
