cd ~/nyan &&
  sed -i 's/nginx-unprivileged.*/nginx-unprivileged/' Dockerfile &&
  git commit --quiet --all --allow-empty --message='Whatever is newest' &&
  git push --quiet &&
  built
