grep -rhoE 'https://(github|raw)[^ ]+' --include=kustomization.yaml . | sort --unique
running_images | grep --invert-match '@sha256:' |
  grep --count --invert-match --extended-regexp ':v?[0-9]+[.][0-9]+[.][0-9]+' || true
