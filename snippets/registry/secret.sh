registry_secret() {
  kubectl get secret "$2" --namespace "$1" > /dev/null 2>&1 ||
    fresh_token "$3" "$1-$2" "$4" |
    jq --raw-input --arg namespace "$1" --arg name "$2" --arg user "$3" '{
      apiVersion: "v1", kind: "Secret",
      type: "kubernetes.io/dockerconfigjson",
      metadata: {name: $name, namespace: $namespace},
      stringData: {".dockerconfigjson": ({auths: {"gitea.gitops.test":
        {username: $user, password: .}}} | tojson)}}' |
    kubectl create -f -
}
keep registry_secret
admin registry_secret nyan registry node read:package
