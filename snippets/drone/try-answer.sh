outcomes=$(drone_look repos/gitops/nyan/builds |
  jq --raw-output 'map(.status) | unique | join(" ")')
[[ $outcomes == *' success'* ]]
