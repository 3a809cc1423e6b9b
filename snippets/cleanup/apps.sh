kubectl delete namespace nyan first-certificate toolbox --ignore-not-found \
  --timeout=120s
