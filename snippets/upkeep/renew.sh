renew() {
  local revision
  revision=$(kubectl get certificate "$2" --namespace "$1" \
    --output jsonpath='{.status.revision}') && test -n "$revision" &&
    jq --null-input --arg namespace "$1" --arg name "$2" '{
      apiVersion: "cert-manager.io/v1", kind: "Certificate",
      metadata: {name: $name, namespace: $namespace},
      status: {conditions: [{type: "Issuing", status: "True",
        reason: "ByHand", message: "Somebody asked for it",
        lastTransitionTime: (now | todate)}]}}' |
    kubectl apply --server-side --force-conflicts --subresource=status \
      --field-manager=renew -f - > /dev/null &&
    kubectl wait certificate/"$2" --namespace "$1" --timeout=60s \
      --for=jsonpath='{.status.revision}'="$((revision + 1))" > /dev/null
}
served() {
  local said
  said=$(openssl s_client -connect "$1:443" -servername "$1" \
    < /dev/null 2> /dev/null) && openssl x509 -noout -serial <<< "$said"
}
another() {
  local now deadline=$((SECONDS + 60))
  while [ "$SECONDS" -lt "$deadline" ]; do
    if now=$(served "$1") && [ "$now" != "$2" ]; then
      printf 'before: %s\nafter:  %s\n' "$2" "$now"
      return
    fi
    sleep 0.2
  done
  echo "still $2" >&2
  return 1
}
way_in() {
  kubectl get pods --namespace nginx-ingress --output jsonpath=\
'{range .items[*]}{.metadata.name}{" restarts: "}{.status.containerStatuses[0].restartCount}{"\n"}{end}'
}
keep renew served another way_in
