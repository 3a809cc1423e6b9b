sed -i 's/nginks/nginx/' lab/ingress.yaml &&
  commit 'The class is called nginx' &&
  git push --quiet &&
  delivered lab
