cat > ~/nyan/Dockerfile <<'END'
FROM docker.io/nginxinc/nginx-unprivileged:1.29.3-alpine
COPY . /usr/share/nginx/html
USER 101
END
cat > ~/nyan/.dockerignore <<'END'
*
!index.html
!favicon.ico
!css
!js
!audio
!font
END
