digest=$(nyan_digest by-hand)
admin kubectl delete validatingwebhookconfiguration policy.sigstore.dev
cat_of "$digest"
admin controller 1 &&
  admin kubectl wait validatingwebhookconfiguration/policy.sigstore.dev \
    --for=create --timeout=240s &&
  admin kubectl rollout status deployment/verifier --namespace cosign-system \
    --timeout=120s &&
  admin kubectl wait validatingwebhookconfiguration/policy.sigstore.dev \
    --for=jsonpath='{.webhooks[0].rules[0].operations[0]}'=CREATE --timeout=60s
