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
    image: docker.io/hadolint/hadolint:v2.15.1-debian
    user: 1000
    commands:
      - hadolint --no-color Dockerfile
  - name: build
    image: docker.io/plugins/kaniko:1.13.3
    settings:
      repo: registry.container-registry.svc.cluster.local:5000/nyan
      tags: "${DRONE_COMMIT_SHA:0:8}"
      insecure_registry: registry.container-registry.svc.cluster.local:5000
      config: '{"auths": {}}'
      image_name_with_digest_file: image
      tar_path: image.tar
END
