cd ~/nyan &&
  sed -i '0,/background: #.*/s//background: #321;/' css/nyan.css &&
  git commit --quiet --all --allow-empty --message='A sky with another token' &&
  git push --quiet &&
  built
