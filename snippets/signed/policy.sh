cat > signatures/policy.yaml <<'END'
# Both names stand in the refusal.
apiVersion: policy.sigstore.dev/v1alpha1
kind: ClusterImagePolicy
metadata:
  name: only-what-drone-signed
  annotations:
    argocd.argoproj.io/sync-wave: "1"
    argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true
spec:
  images:
    - glob: gitea.gitops.test/images/**
  authorities:
    - name: push-to-main-of-nyan-and-let-drone-sign
      key:
        data: the public key comes here
        hashAlgorithm: sha256
END
sed -i '/policy.yaml/d; /^configMapGenerator/,$d' signatures/kustomization.yaml &&
  cat >> signatures/kustomization.yaml <<'END' &&
  - policy.yaml
configMapGenerator:
  - name: gitops-ca
    namespace: cosign-system
    files:
      - gitops-ca.crt
  - name: key
    files:
      - cosign.pub
    options:
      annotations:
        config.kubernetes.io/local-config: "true"
replacements:
  - source:
      kind: ConfigMap
      name: key
      fieldPath: data.[cosign.pub]
    targets:
      - select:
          kind: ClusterImagePolicy
        fieldPaths:
          - spec.authorities.0.key.data
END
  kubectl kustomize signatures | grep --after-context=5 'key:$'
