runner=--as=system:serviceaccount:drone:drone-runner
for namespace in argocd cert-manager drone gitea kube-system; do
  for verb in get list create delete; do
    for kind in secrets pods; do
      answer=$(admin kubectl auth can-i "$verb" "$kind" --namespace "$namespace" "$runner" || true)
      test "$answer" = no || { echo "$verb $kind in $namespace: $answer"; exit 1; }
    done
  done
done
answer=$(admin kubectl auth can-i create pods --namespace drone-builds "$runner")
test "$answer" = yes
