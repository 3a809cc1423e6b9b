grep drone-runner popeye/spinach.yaml > /dev/null ||
  sed -i '/rx:^toolbox/i \          - fqns: ["rx:^drone/drone-runner", "rx:^cosign-system/verifier", "rx:^sealed-secrets/controller"]\n            codes: ["301"]' \
    popeye/spinach.yaml
grep 1206 popeye/spinach.yaml > /dev/null ||
  cat >> popeye/spinach.yaml <<'END'
          - fqns: ["rx:/api-server$"]
            codes: ["1206"]
END
sed -i 's/"1109", "1204", "300"/"1109", "300"/' popeye/spinach.yaml
admin popeye --all-namespaces --file popeye/spinach.yaml --force-exit-zero \
  --out json > ~/.config/gitops/popeye.json
jq --raw-output '"score \(.popeye.score), grade \(.popeye.grade)"' \
  ~/.config/gitops/popeye.json
git add popeye
git diff --cached --quiet ||
  git commit --quiet --message='Popeye knows Drone and the closed cluster'
git push --quiet
