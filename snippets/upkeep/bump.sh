cd ~/platform && git switch --quiet main && git pull --quiet &&
  sed -i '0,/memory: 128Mi/s//memory: 192Mi/' gitea/deployment.yaml &&
  number=$(admin propose gitea 'Gitea with more memory') &&
  admin rehearse gitea "$number"
