log=$(kubectl logs --namespace drone deployment/drone)
test -n "$log"
secrets=$(admin kubectl get secrets drone drone-gitea drone-git --namespace drone --output json |
  jq --raw-output '.items[].data | to_entries[] | select(.key != "client-id" and .key != "username") | .value | @base64d')
test -n "$secrets"
found=$(grep --count --fixed-strings -f <(echo "$secrets") <<< "$log" || test $? = 1)
test "$found" = 0
