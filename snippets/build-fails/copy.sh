cd ~/nyan &&
  good=$(git log -1 --format=%h --grep='A greener sky') &&
  git restore --source="$good" Dockerfile &&
  sed -i 's/^COPY .*/COPY site \/usr\/share\/nginx\/html/' Dockerfile &&
  git commit --quiet --all --allow-empty \
    --message='The folder is called something else' &&
  git push --quiet &&
  built
