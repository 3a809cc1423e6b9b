digest=$(pushed_digest)
test -n "$digest" &&
  cd ~/platform &&
  git rm --quiet --ignore-unmatch nyan/index.html &&
  sed -i '/- name: page/,+2d; s|image: .*|image: localhost:32000/nyan|' \
    nyan/deployment.yaml &&
  sed -i '/progressDeadlineSeconds/d; s/^  replicas: .*/&\n  progressDeadlineSeconds: 20/' \
    nyan/deployment.yaml &&
  sed -i '/^configMapGenerator/,$d; /^images/,$d' nyan/kustomization.yaml &&
  cat >> nyan/kustomization.yaml <<END &&
images:
  - name: localhost:32000/nyan
    digest: $digest
END
  git add nyan &&
  git diff --cached --stat &&
  kubectl kustomize nyan | grep image:
