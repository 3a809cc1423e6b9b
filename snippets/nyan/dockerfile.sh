digest=$(image_digest base-image)
test -n "$digest" &&
  sed "s|THE-BASE|$digest|" > ~/nyan/Dockerfile <<'END' &&
FROM gitea.gitops.test/gitops/nginx-unprivileged@THE-BASE
COPY . /usr/share/nginx/html
USER 101
END
  cat > ~/nyan/.dockerignore <<'END' &&
*
!index.html
!favicon.ico
!css
!js
!audio
!font
END
  admin image_built base-image &&
  grep FROM ~/nyan/Dockerfile
