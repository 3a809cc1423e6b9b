cat > ~/platform/secrets/makers <<'END'
argocd/argocd-redis: Argo CD makes it
argocd/argocd-secret: Argo CD makes what is in it
cert-manager/cert-manager-webhook-ca: cert-manager
cosign-system/webhook-certs: the verifier makes what is in it
drone-builds/drone-[0-9a-z]{20}: Drone's runner, for the time of a build
sealed-secrets/sealing-[0-9-]*: the sealing key, in your folder
END
admin secret_makers | sed -n 's/: NOBODY$//p'
