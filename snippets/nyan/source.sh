cd ~/nyan
cp ~/platform/nyan/index.html .
cat > Dockerfile <<'END'
FROM docker.io/nginxinc/nginx-unprivileged:1.29.3-alpine
COPY index.html /usr/share/nginx/html/index.html
USER 101
END
