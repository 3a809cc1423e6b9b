for name in nyan gitea; do
  code=$(curl -sS --output /dev/null --write-out '%{http_code}' "https://$name.gitops.test")
  inside=$(admin kubectl exec deployment/toolbox --namespace toolbox --container=toolbox -- curl -sS --output /dev/null --write-out '%{http_code}' "https://$name.gitops.test")
  echo "$name: $code here, $inside in a pod"
  test "$code $inside" = '200 200'
done
