git -c http.sslCAInfo=/etc/ssl/certs/ISRG_Root_X1.pem -c http.sslCAPath=/dev/null \
  ls-remote https://gitea.gitops.test/gitops/platform.git
