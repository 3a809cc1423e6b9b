admin popeye --all-namespaces --file popeye/spinach.yaml --force-exit-zero \
  --out json > ~/.config/gitops/popeye.json
jq --raw-output '.popeye.sections[] | .linter as $linter
  | (.issues // {}) | to_entries[] | .key as $name | .value[]
  | select(.level >= 2) | "\($linter) \($name) \(.message)"' ~/.config/gitops/popeye.json
jq --raw-output '"score \(.popeye.score), grade \(.popeye.grade)"' ~/.config/gitops/popeye.json
