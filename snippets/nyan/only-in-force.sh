answer=$(admin kubectl create deployment other --namespace nyan --dry-run=server \
  --image=docker.io/alpine/git:2.54.0 2>&1 || true)
grep "ValidatingAdmissionPolicy 'images-we-built'" <<< "$answer"
