digest=$(pushed_digest)
test -n "$digest" &&
  cd ~/platform &&
  git rm --quiet --ignore-unmatch nyan/index.html &&
  sed -i '/- name: page/,+2d; s|image: .*|image: gitea.gitops.test/images/nyan@digest|' \
    nyan/deployment.yaml &&
  sed -i '/progressDeadlineSeconds/d; s/^  replicas: .*/&\n  progressDeadlineSeconds: 20/' \
    nyan/deployment.yaml &&
  sed -i '/imagePullSecrets/,+1d; s/^      automount.*/&\n      imagePullSecrets:\n        - name: registry/' \
    nyan/deployment.yaml &&
  echo "digest=$digest" > nyan/image.env &&
  sed -i '/^configMapGenerator/,$d' nyan/kustomization.yaml &&
  cat >> nyan/kustomization.yaml <<'END' &&
configMapGenerator:
  - name: image
    envs:
      - image.env
    options:
      annotations:
        config.kubernetes.io/local-config: "true"
replacements:
  - source:
      kind: ConfigMap
      name: image
      fieldPath: data.digest
    targets:
      - select:
          kind: Deployment
        fieldPaths:
          - spec.template.spec.containers.0.image
        options:
          delimiter: "@"
          index: 1
END
  git add nyan &&
  git diff --cached --stat &&
  kubectl kustomize nyan | grep image:
