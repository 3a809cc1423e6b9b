cd ~/nyan &&
  admin sign_pipeline &&
  mkdir -p js &&
  printf 'const token = "npm_%036d";\n' 7 > js/settings.js &&
  git add . &&
  git commit --quiet --allow-empty --message='Settings, in a hurry' &&
  git push --quiet &&
  built
