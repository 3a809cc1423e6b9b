cd ~/nyan &&
  sed -i 's/nginx-unprivileged.*/nginx-unprivileged:1.29.3-alpine/' Dockerfile &&
  sed -i 's/^COPY .*/COPY site \/usr\/share\/nginx\/html/' Dockerfile &&
  git commit --quiet --all --allow-empty \
    --message='The folder is called something else' &&
  git push --quiet &&
  built
