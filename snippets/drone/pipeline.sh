test -d ~/nyan || git clone --quiet \
  --config include.path="$HOME/.config/gitops/gitea.gitconfig" \
  https://gitea.gitops.test/gitops/nyan.git ~/nyan
git -C ~/nyan config user.name "$(whoami)"
git -C ~/nyan config user.email "$(whoami)@gitops.test"
test -f ~/nyan/.drone.yml || cat > ~/nyan/.drone.yml <<'END'
kind: pipeline
type: kubernetes
name: nyan
trigger: {branch: [main], event: [push]}
service_account_name: default
steps:
  - name: look
    image: docker.io/hadolint/hadolint:v2.15.1-debian@sha256:9a3944b7fddcb947d1ffd90829ac1a6e5c30479223358f249d8b96c7d0019e27
    user: 1000
    commands:
      - hadolint --version
      - id --user
      - test -e /var/run/secrets/kubernetes.io || echo "no token here"
  - name: talk
    image: docker.io/hadolint/hadolint:v2.15.1-debian@sha256:9a3944b7fddcb947d1ffd90829ac1a6e5c30479223358f249d8b96c7d0019e27
    user: 1000
    commands:
      - seq --format='line %095.0f' 20000
END
sign_pipeline() {
  local file=${1:-$HOME/nyan/.drone.yml} hmac
  sed -i '/^---$/,$d' "$file"
  hmac=$(jq --raw-input --slurp '{data: .}' "$file" |
    drone_api POST repos/gitops/nyan/sign --data @- | jq --raw-output .data)
  [[ $hmac =~ ^[0-9a-f]{64}$ ]] &&
    printf -- '---\nkind: signature\nhmac: %s\n' "$hmac" >> "$file"
}
keep sign_pipeline
cd ~/nyan &&
  admin sign_pipeline &&
  git add .drone.yml &&
  { git diff --cached --quiet || git commit --quiet --message='A first build'; } &&
  git push --quiet --set-upstream origin main
