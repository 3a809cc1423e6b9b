now=$(served nyan.gitops.test)
[[ $now == serial=?* && $now != "$old" ]]
stored=$(admin kubectl get secret nyan-tls --namespace nyan --output jsonpath='{.data.tls\.crt}' | base64 -d | openssl x509 -noout -serial)
test "$now" = "$stored"
way=$(way_in)
diff ~/.config/gitops/way-in - <<< "$way"
curl -sS --fail --output /dev/null https://nyan.gitops.test/
