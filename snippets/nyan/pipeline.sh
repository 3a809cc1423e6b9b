cat > .drone.yml <<'END'
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
    commands:
      - hadolint Dockerfile
  - name: build
    image: docker.io/plugins/kaniko:1.13.3
    settings:
      repo: registry.container-registry.svc.cluster.local:5000/nyan
      tags: ${DRONE_COMMIT_SHA:0:8}
      insecure: true
      config: '{"auths": {}}'
      image_name_with_digest_file: image
END
git add .
git diff --cached --quiet || git commit --quiet --message='The cat, and how to build it'
git push --quiet
built
