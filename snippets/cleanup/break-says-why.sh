kubectl get namespace stuck --output yaml | grep -q gitops.test/held
