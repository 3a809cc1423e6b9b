cd ~/platform && git switch --quiet main &&
  sed -i '/cert-manager-controller/,/digest/ {
  s/newTag: .*/newTag: v1.21.222/
  /digest/d
}' cert-manager/kustomization.yaml &&
  number=$(admin propose cert-manager 'cert-manager v1.21.222') &&
  { difference=$(admin rehearse cert-manager "$number") || { echo "$difference"; false; }; } &&
  grep 'image:' <<< "$difference" &&
  admin merge "$number"
