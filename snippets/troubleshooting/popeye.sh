admin kubectl wait deployments --all --all-namespaces \
  --for=condition=Available --timeout=180s > /dev/null
admin kubectl wait statefulsets --all --all-namespaces \
  --for=jsonpath='{.status.availableReplicas}'=1 --timeout=180s > /dev/null
admin popeye --all-namespaces --file popeye/spinach.yaml --force-exit-zero \
  --out json > ~/.config/gitops/popeye.json
jq --raw-output '.popeye.sections[] | .linter as $linter
  | (.issues // {}) | to_entries[] | .key as $name | .value[]
  | select(.level >= 2) | "\($linter) \($name) \(.message)"' ~/.config/gitops/popeye.json
jq --raw-output '"score \(.popeye.score), grade \(.popeye.grade)"' ~/.config/gitops/popeye.json
