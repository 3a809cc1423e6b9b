getent hosts nyan.gitops.test
