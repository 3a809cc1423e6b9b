cd ~/platform &&
  { admin kubectl get secret argocd-webhook --namespace argocd \
    > /dev/null 2>&1 ||
    admin kubectl get secret argocd-secret --namespace argocd --output json |
    jq '{apiVersion: "v1", kind: "Secret",
      metadata: {name: "argocd-webhook", namespace: "argocd",
        labels: {"app.kubernetes.io/part-of": "argocd"}},
      data: {key: (.data["webhook.gogs.secret"] // error("none"))}}' |
    admin kubectl create -f -; } &&
  { grep argocd-webhook argocd/kustomization.yaml > /dev/null ||
    cat >> argocd/kustomization.yaml <<'END'
  # The secret of the webhook is in a Secret of its own, which is sealed: $argocd-webhook:key, in base64.
  - target: {kind: Secret, name: argocd-secret}
    patch: |-
      - op: add
        path: /data
        value:
          webhook.gogs.secret: JGFyZ29jZC13ZWJob29rOmtleQ==
          webhook.github.secret: JGFyZ29jZC13ZWJob29rOmtleQ==
          webhook.gitlab.secret: JGFyZ29jZC13ZWJob29rOmtleQ==
          webhook.bitbucketserver.secret: JGFyZ29jZC13ZWJob29rOmtleQ==
          webhook.bitbucket.uuid: JGFyZ29jZC13ZWJob29rOmtleQ==
          webhook.azuredevops.username: JGFyZ29jZC13ZWJob29rOmtleQ==
          webhook.azuredevops.password: JGFyZ29jZC13ZWJob29rOmtleQ==
END
  }
