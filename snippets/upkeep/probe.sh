cd ~/platform && git switch --quiet main &&
  sed -i '/readinessProbe/,/path/ s|path: /$|path: /well|' nyan/deployment.yaml &&
  number=$(admin propose nyan 'Ask the cat at another place') &&
  { difference=$(admin rehearse nyan "$number") || { echo "$difference"; false; }; } &&
  grep '^[-+].*path:' <<< "$difference" &&
  admin merge "$number"
