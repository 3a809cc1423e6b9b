admin registry_secret drone-builds clone-image gitops write:package &&
  kubectl create configmap clone-image --namespace drone-builds \
    --from-file=drone/clone/Dockerfile --from-file=drone/clone/clone.sh \
    --from-file="$HOME/gitops-ca.crt" \
    --dry-run=client --output yaml |
    admin kubectl apply --server-side -f - &&
  admin kubectl delete job clone-image --namespace drone-builds --ignore-not-found &&
  admin kubectl apply --server-side -f - <<END &&
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
            - --destination=gitea.gitops.test/gitops/drone-git:2.54.0-$(date +%Y%m%d%H%M%S)
            - --registry-certificate=gitea.gitops.test=/context/gitops-ca.crt
            - --digest-file=/dev/termination-log
          env:
            - {name: DOCKER_CONFIG, value: /login}
          volumeMounts:
            - {name: context, mountPath: /context/Dockerfile, subPath: Dockerfile}
            - {name: context, mountPath: /context/clone.sh, subPath: clone.sh}
            - {name: context, mountPath: /context/gitops-ca.crt, subPath: gitops-ca.crt}
            - {name: login, mountPath: /login}
      volumes:
        - name: context
          configMap:
            name: clone-image
        - name: login
          secret:
            secretName: clone-image
            items:
              - {key: .dockerconfigjson, path: config.json}
END
  kubectl wait job/clone-image --namespace drone-builds --timeout=240s \
    --for=condition=Complete
