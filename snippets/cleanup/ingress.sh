if [ -f ~/platform/nginx-ingress/kustomization.yaml ]; then
  kubectl delete -k ~/platform/nginx-ingress --ignore-not-found --timeout=120s
fi
