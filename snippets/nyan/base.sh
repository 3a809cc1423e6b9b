cd ~/platform &&
  mkdir -p drone/base &&
  cat > drone/base/Dockerfile <<'END' &&
FROM docker.io/nginxinc/nginx-unprivileged:1.29.3-alpine
USER 101
END
  commit 'An image to build on' && git push --quiet &&
  admin build_image base-image drone/base nginx-unprivileged:1.29.3-alpine
