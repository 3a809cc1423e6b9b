keys=$(kubectl exec --namespace gitea deployment/gitea --container=gitea -- \
  sh -c 'cat /var/lib/gitea/data/ssh/*.pub') && test -n "$keys" &&
  printf '%s\n' "$keys" |
  sed 's|^|[gitea.gitops.test]:32022 |' > ~/.ssh/gitops_known_hosts
cat > ~/.ssh/gitops_config <<END
Host gitea.gitops.test
  User git
  Port 32022
  IdentityFile ~/.ssh/gitops
  UserKnownHostsFile ~/.ssh/gitops_known_hosts
  StrictHostKeyChecking yes
END
GIT_SSH_COMMAND="ssh -F $HOME/.ssh/gitops_config" \
  git ls-remote ssh://git@gitea.gitops.test:32022/gitops/platform.git
