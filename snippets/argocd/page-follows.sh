argocd=https://argocd.gitops.test
sign_in_at "$argocd/auth/login"
curl -sS --no-buffer --max-time 20 --cookie "$folder/jar" \
  --output "$folder/events" "$argocd/api/v1/stream/applications?name=nyan" &
stream=$!
trap 'kill "$stream" 2> /dev/null; rm -rf "$folder"' EXIT
until [ -s "$folder/events" ]; do
  kill -0 "$stream"
  sleep 0.1
done
head -c 300 "$folder/events"
