left=$(admin kubectl get namespaces --output name | sed '/default$/d; /kube-/d')
echo "namespaces of the platform: ${left:-none}"
test -z "$left"
files=$(sudo find /var/snap/microk8s/common/ -path '*/default-storage/*' -type f)
test -z "$files"
code=0
curl -sS --connect-timeout 2 --output /dev/null https://nyan.gitops.test/ 2> /dev/null || code=$?
test "$code" = 7
