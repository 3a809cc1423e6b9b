admin kubectl delete application lab --namespace argocd --ignore-not-found
admin kubectl delete appproject lab --namespace argocd --ignore-not-found
admin kubectl delete namespace lab --ignore-not-found
rm -rf ~/platform/lab
commit 'The lab is closed' && git push --quiet
