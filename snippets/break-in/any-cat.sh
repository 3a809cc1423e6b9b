copy=$(mktemp -d)
(
  cd "$copy" &&
    git clone --quiet ~/platform . &&
    echo digest=1.0 > nyan/image.env &&
    { git diff --quiet ||
      git -c user.name=nyan-bot -c user.email=nyan-bot@gitops.test \
        commit --quiet --all --message='Any cat'; } &&
    TRIAL_TOKEN=$(admin fresh_token nyan-bot trial write:repository) &&
    export TRIAL_TOKEN &&
    git -c credential.helper= -c credential.helper='!f() {
      echo username=nyan-bot; echo "password=$TRIAL_TOKEN"; }; f' push --quiet \
      https://gitea.gitops.test/gitops/platform.git HEAD:refs/heads/main
) &&
  admin revoke_token nyan-bot trial &&
  git -C ~/platform pull --quiet &&
  commit=$(git -C ~/platform rev-parse HEAD) &&
  kubectl wait application/nyan --namespace argocd --timeout=300s \
    --for=jsonpath='{.status.operationState.syncResult.revision}'="$commit" &&
  kubectl wait application/nyan --namespace argocd --timeout=120s --for=jsonpath=\
'{.status.operationState.syncResult.resources[?(@.kind=="Deployment")].status}'=SyncFailed &&
  kubectl get application nyan --namespace argocd --output jsonpath=\
'{.status.operationState.syncResult.resources[?(@.kind=="Deployment")].message}{"\n"}' &&
  kubectl get pods --namespace nyan --no-headers
