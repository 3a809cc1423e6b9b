facts() {
  git -C ~/platform ls-remote origin refs/heads/main
  git -C ~/nyan ls-remote origin refs/heads/main
  gitea_api GET 'packages/images?type=container&limit=50' |
    jq --raw-output '.[] | "\(.name) \(.version)"' | sort
  gitea_api GET admin/users |
    jq --raw-output '.[] | "user \(.id) \(.login)"'
  gitea_api GET repos/gitops/platform/hooks |
    jq --raw-output '.[] | "hook \(.id) \(.config.url)"'
  gitea_api GET repos/gitops/nyan/hooks |
    jq --raw-output '.[] | "hook \(.id) \(.config.url | split("?")[0])"'
  kubectl get secret nyan-tls --namespace nyan \
    --output jsonpath='{.data.ca\.crt}' | base64 -d |
    openssl x509 -noout -fingerprint -sha256
}
keep facts
cd ~/platform &&
  git pull --quiet &&
  commit 'How all of it comes back' &&
  git push --quiet &&
  admin run_now gitea backup > /dev/null &&
  admin run_now drone backup > /dev/null &&
  admin save_secrets &&
  admin facts > ~/gitops-keys/before &&
  cat ~/gitops-keys/before
