renewal=$(kubectl get certificate first --namespace first-certificate \
  --output jsonpath='{.status.renewalTime}')
[[ $renewal == 20*T*Z ]]
