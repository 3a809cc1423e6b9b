cd ~/nyan &&
  admin sign_pipeline &&
  git add . &&
  { git diff --cached --quiet ||
    git commit --quiet --message='The cat, and how to build it'; } &&
  git push --quiet &&
  built
