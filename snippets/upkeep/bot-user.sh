renovate_token() {
  new_token renovate \
    write:repository,read:user,read:organization,read:issue |
    jq --raw-input '{
      apiVersion: "v1", kind: "Secret",
      metadata: {name: "renovate", namespace: "gitea"},
      stringData: {token: .}}' |
    seal_into gitea-renovate
}
keep renovate_token
admin gitea_api GET users/renovate > /dev/null 2>&1 ||
  admin gitea_admin create --username renovate --email renovate@gitops.test \
    --user-type bot
admin gitea_api PUT repos/gitops/platform/collaborators/renovate \
  --data '{"permission": "write"}'
test -s ~/platform/secrets/gitea-renovate.yaml || admin renovate_token
mkdir -p ~/platform/renovate ~/platform/apps/renovate && cd ~/platform
