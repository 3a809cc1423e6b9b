mkdir -p ~/platform/trivy && cat > ~/platform/trivy/ignore.yaml <<'END'
misconfigurations:
  - id: KSV-0011
    statement: A limit on CPU slows a pod down on an idle node. Memory has limits.
  - id: KSV-0020
    statement: The user is the one that the image was made for.
  - id: KSV-0021
    statement: So is the group.
  - id: KSV-0125
    statement: The list is Trivy's. What may run in nyan is for the cluster to say.
  - id: DS-0026
    statement: Kubernetes asks with probes of its own, and passes over HEALTHCHECK.
  - id: KSV-0041
    paths: [cert-manager.yaml, nginx-ingress.yaml]
    statement: Upstream's role, taken as it is.
  - id: KSV-0044
    paths: ["argocd*.yaml"]
    statement: Upstream's role, taken as it is.
  - id: KSV-0046
    paths: ["argocd*.yaml"]
    statement: Upstream's role, taken as it is.
  - id: KSV-0048
    paths: ["argocd*.yaml", cert-manager.yaml, nginx-ingress.yaml]
    statement: Upstream's role, taken as it is.
  - id: KSV-0049
    paths: ["argocd*.yaml", nginx-ingress.yaml]
    statement: Upstream's role, taken as it is.
  - id: KSV-0056
    paths: [cert-manager.yaml, nginx-ingress.yaml]
    statement: Upstream's role, taken as it is.
  - id: KSV-0113
    paths: ["argocd*.yaml", cert-manager.yaml]
    statement: Upstream's role, taken as it is.
  - id: KSV-0114
    paths: [cert-manager.yaml]
    statement: Upstream's role, taken as it is.
  - id: KSV-0014
    paths: [nginx-ingress.yaml]
    statement: Upstream's image writes its settings where it runs.
  - id: KSV-0022
    paths: [nginx-ingress.yaml]
    statement: NET_BIND_SERVICE alone, for the ports 80 and 443.
  - id: KSV-0024
    paths: [nginx-ingress.yaml]
    statement: The host's ports are the way in.
  - id: KSV-0117
    paths: [nginx-ingress.yaml]
    statement: They are 80 and 443.
  - id: KSV-0048
    paths: [drone.yaml]
    statement: The runner makes the pods of the builds, in a namespace that has nothing else.
  - id: KSV-0113
    paths: [drone.yaml, toolbox.yaml]
    statement: The runner makes and removes the secrets of a build. Others may read one each, by name.
  - id: KSV-0049
    paths: [signatures.yaml]
    statement: The verifier writes down the policies as it has understood them, at home.
  - id: KSV-0113
    paths: [signatures.yaml]
    statement: The verifier reads the secrets of its own namespace, and the login of nyan.
  - id: KSV-0114
    paths: [signatures.yaml]
    statement: The verifier fills in its own webhook, by name.
  - id: KSV-0041
    paths: [sealed-secrets.yaml]
    statement: It writes the secrets that it opens, in five namespaces and not in the cluster.
  - id: KSV-0113
    paths: [sealed-secrets.yaml]
    statement: It reads its keys, at home.
  - id: KSV-0109
    paths: ["argocd*.yaml", gitea.yaml, renovate.yaml]
    statement: They only speak of secrets. They name the place of one, or say what they look like.
  - id: KSV-01010
    paths: [renovate.yaml]
    statement: It only says in which file git finds the password.
END
