grep -q everyday.yaml toolbox/kustomization.yaml ||
  sed -i '/- toolbox.yaml/a \  - everyday.yaml' toolbox/kustomization.yaml
commit 'An account that may look' && git push --quiet && delivered toolbox
