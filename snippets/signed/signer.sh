cd ~/platform &&
  mkdir -p drone/sign &&
  clone=$(sed -n 's/^DRONE_IMAGE_CLONE=//p' drone/images.env) &&
  sed "s|THE-ONE-THAT-CLONES|$clone|" > drone/sign/Dockerfile <<'END' &&
FROM ghcr.io/sigstore/cosign/cosign:v3.1.3 AS cosign
FROM THE-ONE-THAT-CLONES
COPY --from=cosign /ko-app/cosign /usr/local/bin/cosign
ENV SSL_CERT_FILE=/usr/local/share/gitops-ca.crt
USER 1000:1000
END
  commit 'An image that signs' && git push --quiet &&
  admin build_image sign-image drone/sign cosign:v3.1.3
