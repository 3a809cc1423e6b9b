git -c credential.helper= -c credential.https://gitea.gitops.test.helper= \
  ls-remote https://gitops:wrong@gitea.gitops.test/gitops/platform.git
