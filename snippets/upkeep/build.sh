cd ~/nyan &&
  sed -i '0,/background: #.*/s//background: #213;/' css/nyan.css &&
  git commit --quiet --all --allow-empty --message='A sky after the restart' &&
  git push --quiet &&
  built
