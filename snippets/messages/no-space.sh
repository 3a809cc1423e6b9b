admin kubectl apply -f - <<'END'
apiVersion: v1
kind: Pod
metadata: {name: small, namespace: lab}
spec:
  automountServiceAccountToken: false
  restartPolicy: Never
  containers:
    - name: small
      image: docker.io/curlimages/curl:8.16.0@sha256:463eaf6072688fe96ac64fa623fe73e1dbe25d8ad6c34404a669ad3ce1f104b6
      command: [dd, if=/dev/zero, of=/small/file, bs=1M, count=8]
      volumeMounts: [{name: small, mountPath: /small}]
  volumes:
    - {name: small, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
END
kubectl wait pod/small --namespace lab --timeout=120s \
  --for=jsonpath='{.status.phase}'=Failed
kubectl logs small --namespace lab | grep 'No space'
admin kubectl delete pod small --namespace lab
