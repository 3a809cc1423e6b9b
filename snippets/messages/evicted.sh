admin kubectl apply -f - <<'END'
apiVersion: v1
kind: Pod
metadata: {name: glutton, namespace: lab}
spec:
  automountServiceAccountToken: false
  containers:
    - name: glutton
      image: docker.io/curlimages/curl:8.16.0@sha256:463eaf6072688fe96ac64fa623fe73e1dbe25d8ad6c34404a669ad3ce1f104b6
      command: [sh, -c, "dd if=/dev/zero of=/scratch/file bs=1M count=8; sleep 600"]
      volumeMounts: [{name: scratch, mountPath: /scratch}]
  volumes:
    - {name: scratch, emptyDir: {sizeLimit: 4Mi}}
END
kubectl wait pod/glutton --namespace lab --timeout=180s \
  --for=jsonpath='{.status.phase}'=Failed
kubectl get pod glutton --namespace lab --output \
  jsonpath='{.status.reason}{": "}{.status.message}{"\n"}'
admin kubectl delete pod glutton --namespace lab
