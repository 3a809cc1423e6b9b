cat > ~/.config/gitops/git-credential-gitea <<'END'
#!/bin/sh
test "$1" = get || exit 0
echo username=gitops
kubectl get secret gitea-git --namespace gitea \
  --kubeconfig "$HOME/.kube/gitops.yaml" --output jsonpath='{.data.token}' |
  base64 -d | sed 's/^/password=/'
END
chmod +x ~/.config/gitops/git-credential-gitea
cat > ~/.config/gitops/gitea.gitconfig <<END
[credential "https://gitea.gitops.test"]
  helper =
  helper = $HOME/.config/gitops/git-credential-gitea
END
