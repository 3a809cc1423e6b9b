cd ~/nyan &&
  git restore --source="$(git log -1 --format=%h --grep='A greener sky')" \
    Dockerfile &&
  git commit --quiet --all --allow-empty --message='Back to what worked' &&
  git push --quiet &&
  built
