mkdir -p popeye
cat > popeye/spinach.yaml <<'END'
popeye:
  resources: {pod: {restarts: 100}}
  excludes:
    global:
      fqns: ["rx:^kube-", "rx:^default"]
      codes: ["1109", "1204", "300"]
    linters:
      clusterrolebindings:
        instances:
          - fqns: ["rx:^system:"]
            codes: ["1300"]
      pods:
        instances:
          - fqns: ["rx:^cert-manager/", "rx:^nginx-ingress/"]
            codes: ["102", "103", "104", "301"]
          - fqns: ["rx:^argocd/"]
            codes: ["102", "103"]
          - fqns: ["rx:^toolbox/"]
            codes: ["102"]
      serviceaccounts:
        instances:
          - fqns: ["rx:^cert-manager/"]
            codes: ["303"]
      networkpolicies:
        instances:
          - fqns: ["rx:^argocd/"]
            codes: ["1208"]
END
