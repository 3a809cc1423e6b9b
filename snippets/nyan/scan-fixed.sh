cd ~/nyan &&
  git rm --quiet --ignore-unmatch js/settings.js &&
  git commit --quiet --allow-empty --message='No settings' &&
  git push --quiet &&
  built
