asked=$(curl -sS --output /dev/null --dump-header - \
  https://gitea.gitops.test/v2/ |
  tr -d '\r' | sed -n 's/^www-authenticate: //Ip')
[[ $asked == *'realm="https://gitea.gitops.test/v2/token"'* ]]
