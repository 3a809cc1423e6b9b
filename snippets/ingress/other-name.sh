kubectl create ingress gitea --namespace nyan --class=nginx \
  --rule='gitea.gitops.test/*=nyan:http,tls=stolen'
