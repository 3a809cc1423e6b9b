cd ~/platform &&
  { grep -w include nyan/namespace.yaml > /dev/null ||
    sed -i 's|^  labels:|&\n    policy.sigstore.dev/include: "true"|' nyan/namespace.yaml; } &&
  commit 'Only what is signed runs in nyan' &&
  git push --quiet &&
  delivered nyan
