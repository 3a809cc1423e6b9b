kubectl create configmap clone-image --namespace drone-builds \
  --from-file=drone/clone/Dockerfile --from-file="$HOME/gitops-ca.crt" \
  --dry-run=client --output yaml | kubectl apply --server-side -f -
kubectl apply --server-side -f - <<'END'
apiVersion: batch/v1
kind: Job
metadata:
  name: clone-image
  namespace: drone-builds
spec:
  backoffLimit: 2
  template:
    spec:
      automountServiceAccountToken: false
      restartPolicy: Never
      containers:
        - name: kaniko
          image: docker.io/plugins/kaniko:1.13.3
          command: [/kaniko/executor]
          args:
            - --context=dir:///context
            - --destination=registry.container-registry.svc.cluster.local:5000/drone-git:1.2.1
            - --insecure-registry=registry.container-registry.svc.cluster.local:5000
            - --digest-file=/dev/termination-log
          volumeMounts:
            - {name: context, mountPath: /context/Dockerfile, subPath: Dockerfile}
            - {name: context, mountPath: /context/gitops-ca.crt, subPath: gitops-ca.crt}
      volumes:
        - name: context
          configMap:
            name: clone-image
END
kubectl wait job/clone-image --namespace drone-builds --timeout=240s \
  --for=condition=Complete
