kubectl create -f - <<'END'
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: stolen, namespace: nyan}
spec:
  secretName: stolen
  dnsNames: [nyan.gitops.test, gitea.gitops.test]
  issuerRef: {kind: ClusterIssuer, name: gitops-ca}
END
