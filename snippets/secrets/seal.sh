seal_into() {
  local file=~/platform/secrets/$1.yaml
  kubeseal --cert ~/platform/sealed-secrets/sealing.crt --format yaml \
    > "$file.new" &&
    test -s "$file.new" && mv "$file.new" "$file" &&
    (cd ~/platform/secrets &&
      {
        echo 'apiVersion: kustomize.config.k8s.io/v1beta1' &&
          echo 'kind: Kustomization' && echo 'resources:' &&
          find . -name '*.yaml' ! -name kustomization.yaml |
          sort | sed 's|^\./|  - |'
      } > list.new && mv list.new kustomization.yaml) &&
    echo "sealed: $1"
}
seal() {
  kubectl get secret "$2" --namespace "$1" --output json |
    jq '{apiVersion, kind, type, data, metadata: (.metadata
      | {name, namespace, labels} | with_entries(select(.value)))}' |
    seal_into "$1-$2" &&
    kubectl annotate secret "$2" --namespace "$1" --overwrite \
      sealedsecrets.bitnami.com/managed=true > /dev/null
}
keep seal_into seal
test -s ~/platform/secrets/gitea-gitea-git.yaml || admin seal gitea gitea-git
cut -c 1-72 ~/platform/secrets/gitea-gitea-git.yaml
