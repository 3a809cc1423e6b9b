kubectl delete namespace drone drone-builds --ignore-not-found --timeout=120s
