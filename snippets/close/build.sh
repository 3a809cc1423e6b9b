cd ~/nyan &&
  sed -i '0,/background: #.*/s//background: #231;/' css/nyan.css &&
  git commit --quiet --all --allow-empty --message='A sky from behind closed doors' &&
  git push --quiet &&
  admin ask_world &&
  built
