cat > nyan/note.yaml <<'END'
apiVersion: v1
kind: ConfigMap
metadata:
  name: note
data:
  text: A note that nobody needs
END
grep -q note.yaml nyan/kustomization.yaml ||
  sed -i '/ingress.yaml/a \  - note.yaml' nyan/kustomization.yaml
commit 'A note' && git push --quiet && delivered nyan &&
  kubectl get configmap note --namespace nyan
