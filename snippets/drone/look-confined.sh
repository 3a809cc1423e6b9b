as_look() {
  curl --config <(drone_token drone-look |
    sed 's/.*/header = "Authorization: Bearer &"/') \
    -sS --output /dev/null --write-out "%{http_code} $1 $2\n" \
    --request "$1" --data '{}' "https://drone.gitops.test/api/$2"
}
as_look GET repos/gitops/nyan
as_look PATCH repos/gitops/nyan
as_look POST repos/gitops/nyan/builds
as_look GET repos/gitops/nyan/secrets
as_look POST repos/gitops/nyan/sign
as_look GET repos/gitops/platform
as_look GET users
