cd ~/platform && git pull --quiet &&
  git fetch --quiet origin "+$branch:$branch" &&
  admin rehearse "$branch" "$number"
