kubectl delete application lab --namespace argocd
kubectl delete appproject lab --namespace argocd
kubectl delete namespace lab
git rm --quiet -r lab
git commit --quiet --message='The lab is closed'
git push --quiet
