rang() {
  kubectl logs daemonset/nginx-ingress --container=nginx-ingress \
    --namespace nginx-ingress |
    grep -c 'POST /api/webhook'
}
before=$(rang)
began=$SECONDS
git commit --quiet --allow-empty --message='Nobody tells of this' &&
  git push --quiet && delivered network &&
  echo "after $((SECONDS - began)) seconds, webhooks: $(($(rang) - before))"
