git -C ~/platform reset --quiet --hard origin/main &&
  git -C ~/platform status --short --branch
