secret_makers() {
  kubectl get secrets --all-namespaces --output json |
    jq --raw-output --rawfile known ~/platform/secrets/makers '
      .items[].metadata | "\(.namespace)/\(.name)" as $name |
      [$known | split("\n")[] | split(": ") | select(.[0] as $one | $name |
        test("^\($one)$")) | .[1]][0] as $why |
      if any(.ownerReferences[]?; .kind == "SealedSecret") then "sealed"
      elif .annotations["cert-manager.io/certificate-name"] then "cert-manager"
      else $why // "NOBODY" end | "\($name): \(.)"'
}
keep secret_makers
mkdir -p ~/platform/secrets
touch ~/platform/secrets/makers
admin secret_makers
