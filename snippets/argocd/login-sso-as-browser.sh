config=$folder/config
argocd login argocd.gitops.test --config "$config" --grpc-web --skip-test-tls \
  --sso --sso-launch-browser=false > "$folder/said" 2>&1 &
login=$!
trap 'kill "$login" 2> /dev/null; rm -rf "$folder"' EXIT
until grep -q 'browser: https' "$folder/said"; do
  kill -0 "$login"
  sleep 0.2
done
sign_in_at "$(sed -n 's/.*browser: //p' "$folder/said")"
wait "$login"
cat "$folder/said"
argocd account can-i update projects '*' --config "$config" --grpc-web | grep yes
