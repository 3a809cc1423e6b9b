cd ~/platform &&
  sed -i '/namespace: nyan}/,/^---/s/app: nginx-ingress/app: nginx-ingres/' \
    network/way-in.yaml &&
  commit 'A label misspelt' && git push --quiet && delivered network &&
  curl -sS --max-time 5 https://nyan.gitops.test
