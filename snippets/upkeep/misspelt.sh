cd ~/platform && git switch --quiet main &&
  sed -i 's/replicas: 1/replica: 1/' toolbox/toolbox.yaml &&
  number=$(admin propose toolbox 'One toolbox') &&
  admin rehearse toolbox "$number"
