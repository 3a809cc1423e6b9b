grep -rhoE 'https://(github|raw)[^ ]+' --include=SHA256SUMS . | sort --unique
images=$(running_images) && test -n "$images" &&
  jq --raw-input --null-input '[inputs | select(contains("@sha256:")
    or test(":v?[0-9]+[.][0-9]+[.][0-9]+") | not)] | length' <<< "$images"
