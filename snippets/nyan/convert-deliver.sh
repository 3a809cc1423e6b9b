cd ~/platform &&
  { git diff --cached --quiet ||
    git commit --quiet --message='The cat from its own image'; } &&
  git push --quiet &&
  delivered nyan
