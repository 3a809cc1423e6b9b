cd ~/platform && commit 'Every secret, sealed' && git push --quiet &&
  delivered argocd && delivered secrets &&
  admin secret_makers
