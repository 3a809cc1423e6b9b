as_reader() {
  curl --config <(kubectl get secret drone-git --namespace drone \
    --output jsonpath='{.data.password}' | base64 -d |
    sed 's/.*/header = "Authorization: token &"/') \
    -sS --output /dev/null --write-out "%{http_code} $1 $2\n" \
    --header 'Content-Type: application/json' --request "$1" --data '{}' \
    "https://gitea.gitops.test/api/v1/$2"
}
admin as_reader GET repos/gitops/nyan
admin as_reader PATCH repos/gitops/nyan
admin as_reader POST repos/gitops/nyan/branches
admin as_reader GET repos/gitops/platform
admin as_reader GET admin/users
