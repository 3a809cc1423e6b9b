cd ~/platform &&
  git commit --quiet --no-verify --message='A key, for now' &&
  git rm --quiet toolbox/key.pem &&
  git commit --quiet --message='No key after all' &&
  git push --quiet
