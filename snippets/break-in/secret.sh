cd ~/platform &&
  openssl genpkey -algorithm ed25519 -out toolbox/key.pem &&
  git add toolbox/key.pem &&
  git commit --quiet --message='A key, for now'
