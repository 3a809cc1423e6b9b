findings=$(jq '[.popeye.sections[].issues // {} | .[][] | select(.level >= 2)] | length' ~/.config/gitops/popeye.json)
sections=$(jq '.popeye.sections | length' ~/.config/gitops/popeye.json)
test "$sections" -gt 10
test "$findings" = 0
