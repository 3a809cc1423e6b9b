cd ~/nyan
sed -i 's/nginx-unprivileged:.*/nginx-unprivileged/' Dockerfile
git commit --quiet --all --message='Whatever is newest'
git push --quiet
built
