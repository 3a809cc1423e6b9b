number=$(newest_build)
spent=$(drone_look "repos/gitops/nyan/builds/$number" |
  jq --raw-output '.stages[].steps[]
    | "\(.name) \(.stopped - .started)"')
[[ $spent =~ build\ [0-9]+ ]]
