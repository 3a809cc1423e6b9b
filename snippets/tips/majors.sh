grep -rhoE 'https://(github|raw)[^ ]+' --include=SHA256SUMS . | sort --unique
running_images | grep --invert-match '@sha256:' |
  grep --count --invert-match --extended-regexp ':v?[0-9]+[.][0-9]+[.][0-9]+' || true
