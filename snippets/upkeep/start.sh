began=$SECONDS
microk8s start &&
  until left=$(not_back "${stopped:-2000}") && [ -z "$left" ]; do
    if [ "$((SECONDS - began))" -gt 300 ]; then
      echo "not back: $left" >&2
      break
    fi
    sleep 1
  done &&
  curl -sS --fail --retry 60 --retry-delay 1 --retry-all-errors --output /dev/null \
    https://nyan.gitops.test/ &&
  echo "all of it after $((SECONDS - began)) seconds"
