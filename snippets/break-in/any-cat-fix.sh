undo 'Any cat' > /dev/null &&
  { admin argocd_core app terminate-op nyan > /dev/null 2>&1 || true; } &&
  delivered nyan
