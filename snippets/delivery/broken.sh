cat > ~/.config/gitops/ask.sh <<'END'
while [ ! -e "$1/stop" ] && [ "$SECONDS" -lt 240 ]; do
  curl -sS -o /dev/null -w '%{http_code}\n' --max-time 5 \
    https://nyan.gitops.test/
  sleep 0.1
done > "$1/answers" 2>&1
END
answers=$(mktemp -d)
bash ~/.config/gitops/ask.sh "$answers" &
asking=$!
sed -i 's/containerPort: 8080/containerPort: eighty/' nyan/deployment.yaml
commit 'A port with a name'
git push --quiet
kubectl wait application/nyan --namespace argocd --timeout=120s \
  --for=jsonpath='{.status.sync.revision}'="$(git rev-parse HEAD)" > /dev/null
kubectl wait application/nyan --namespace argocd --timeout=120s \
  --for=jsonpath='{.status.conditions[0].type}'=ComparisonError > /dev/null
touch "$answers/stop"
wait "$asking"
sort "$answers/answers" | uniq --count
