nobody=$(sha256sum <<< 'an image that nobody has built' | cut --delimiter=' ' --fields=1)
answers=$(mktemp -d)
bash ~/.config/gitops/ask.sh "$answers" &
cd ~/platform &&
  echo "digest=sha256:$nobody" > nyan/image.env &&
  { git diff --quiet || git commit --quiet --all --message='A digest from nowhere'; } &&
  git push --quiet &&
  kubectl wait application/nyan --namespace argocd --timeout=240s \
    --for=jsonpath='{.status.health.status}'=Degraded
touch "$answers/stop"
wait
sort "$answers/answers" | uniq --count
