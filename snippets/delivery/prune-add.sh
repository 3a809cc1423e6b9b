cat > nyan/note.yaml <<'END'
apiVersion: v1
kind: ConfigMap
metadata:
  name: note
data:
  text: A note that nobody needs
END
sed -i '/ingress.yaml/a \  - note.yaml' nyan/kustomization.yaml
git add nyan
git commit --quiet --message='A note'
git push --quiet
delivered nyan
kubectl get configmap note --namespace nyan
