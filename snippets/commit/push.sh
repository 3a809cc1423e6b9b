before=$(kubectl get pods --namespace nyan --output name \
  --selector=app.kubernetes.io/name=nyan)
answers=$(mktemp -d)
bash ~/.config/gitops/ask.sh "$answers" &
cd ~/nyan &&
  sed -i '0,/background: #.*/s//background: #132;/' css/nyan.css &&
  git commit --quiet --all --allow-empty --message='A greener sky' &&
  git push --quiet &&
  built &&
  cd ~/platform &&
  git pull --quiet &&
  git log -1 --format='%an: %s' &&
  delivered nyan &&
  kubectl rollout status deployment/nyan --namespace nyan --timeout=120s |
    tail -1 &&
  echo "$before" | xargs kubectl wait --namespace nyan --for=delete \
    --timeout=90s > /dev/null
touch "$answers/stop"
wait
sort "$answers/answers" | uniq --count
