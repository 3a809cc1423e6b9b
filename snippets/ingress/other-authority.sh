stolen() {
  kubectl create --dry-run=server --filename - 2>&1 <<END || true
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: stolen, namespace: nyan}
spec: {secretName: stolen, issuerRef: {kind: ClusterIssuer, name: gitops-ca}, $1}
END
}
for way in 'isCA: true' 'commonName: gitea.gitops.test' 'literalSubject: CN=gitea.gitops.test' \
  'ipAddresses: [127.0.0.1]'; do
  answer=$(stolen "$way")
  echo "$way"
  grep "ValidatingAdmissionPolicy 'names-in-certificates'" <<< "$answer"
done
