owner=$(admin kubectl get secret gitea-git --namespace gitea --output jsonpath='{.metadata.ownerReferences[0].kind}')
test "$owner" = SealedSecret
git -C ~/platform ls-remote https://gitea.gitops.test/gitops/platform.git refs/heads/main | grep main
