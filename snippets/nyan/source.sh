cd ~/nyan &&
  git fetch --quiet https://github.com/cristurm/nyan-cat.git HEAD &&
  git merge --quiet --allow-unrelated-histories \
    --message='The cat of github.com/cristurm/nyan-cat' FETCH_HEAD &&
  ls -1 index.html css/nyan.css
