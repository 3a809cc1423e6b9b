image_job() {
  local mounts
  mounts=$(find "$2" -type f -printf \
'            - {name: context, mountPath: /context/%f, subPath: %f}\n')
  cat <<END
apiVersion: batch/v1
kind: Job
metadata:
  name: $1
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
            - --destination=gitea.gitops.test/gitops/$3-$(date +%Y%m%d%H%M%S)
            - --registry-certificate=gitea.gitops.test=/context/gitops-ca.crt
            - --digest-file=/dev/termination-log
          env:
            - {name: DOCKER_CONFIG, value: /login}
          volumeMounts:
            - {name: login, mountPath: /login}
            - {name: context, mountPath: /context/gitops-ca.crt, subPath: gitops-ca.crt}
$mounts
      volumes:
        - name: context
          configMap:
            name: $1
        - name: login
          secret:
            secretName: $1
            items:
              - {key: .dockerconfigjson, path: config.json}
END
}
build_image() {
  registry_secret drone-builds "$1" gitops write:package &&
    kubectl create configmap "$1" --namespace drone-builds \
      --from-file="$2" --from-file="$HOME/gitops-ca.crt" \
      --dry-run=client --output yaml |
      kubectl apply --server-side -f - &&
    kubectl delete job "$1" --namespace drone-builds --ignore-not-found &&
    image_job "$@" | kubectl apply --server-side -f - &&
    kubectl wait "job/$1" --namespace drone-builds --timeout=240s \
      --for=condition=Complete
}
keep image_job build_image
admin build_image clone-image drone/clone drone-git:2.54.0
