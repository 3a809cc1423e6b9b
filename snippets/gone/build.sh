cd ~/nyan &&
  sed -i '0,/background: #.*/s//background: #132;/' css/nyan.css &&
  git commit --quiet --all --allow-empty --message='A sky after the end' &&
  git push --quiet &&
  built
