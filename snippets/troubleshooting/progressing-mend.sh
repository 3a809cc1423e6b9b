sed -i 's/nginks/nginx/' lab/ingress.yaml
git commit --quiet --all --message='The class is called nginx'
git push --quiet
delivered lab
