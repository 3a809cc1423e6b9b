curl -sS --fail https://drone.gitops.test/healthz
