admin kubectl create secret generic by-hand --namespace nyan &&
  admin secret_makers | sed -n '/NOBODY/p' &&
  admin kubectl delete secret by-hand --namespace nyan
