cat > ~/nyan/.drone.yml <<'END'
kind: pipeline
type: kubernetes
name: nyan
trigger:
  branch: [main]
  event: [push]
concurrency:
  limit: 1
steps:
  - name: lint
    image: docker.io/hadolint/hadolint:v2.15.1-debian@sha256:9a3944b7fddcb947d1ffd90829ac1a6e5c30479223358f249d8b96c7d0019e27
    user: 1000
    commands:
      - hadolint --no-color Dockerfile
  - name: build
    image: docker.io/plugins/kaniko:1.13.3
    settings:
      repo: gitea.gitops.test/images/nyan
      tags: "${DRONE_COMMIT_SHA:0:8}"
      registry: gitea.gitops.test
      registry_certificate: gitea.gitops.test=/drone/src/.git/gitops-ca.crt
      username: builder
      password:
        from_secret: registry_token
      image_name_with_digest_file: image
      tar_path: image.tar
END
