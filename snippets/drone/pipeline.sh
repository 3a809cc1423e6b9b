test -d ~/nyan || git clone --quiet https://gitea.gitops.test/gitops/nyan.git ~/nyan
cd ~/nyan
git config user.name "$(whoami)"
git config user.email "$(whoami)@gitops.test"
cat > .drone.yml <<'END'
kind: pipeline
type: kubernetes
name: nyan
service_account_name: default
steps:
  - name: look
    image: docker.io/hadolint/hadolint:v2.15.1-debian
    commands:
      - hadolint --version
      - test -e /var/run/secrets/kubernetes.io || echo "no token here"
END
git add .drone.yml
git diff --cached --quiet || git commit --quiet --message='A first build'
git push --quiet --set-upstream origin main
