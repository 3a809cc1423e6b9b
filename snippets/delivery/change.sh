cd ~/platform &&
  sed -i 's/background: #123/background: #312/' nyan/index.html &&
  commit 'A redder night sky' &&
  git show --format=%s --stat
