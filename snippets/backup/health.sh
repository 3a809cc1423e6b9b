cd ~/platform &&
  { grep batch_CronJob argocd/kustomization.yaml > /dev/null ||
    cat >> argocd/kustomization.yaml <<'END'; } &&
  - patch: |-
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: argocd-cm
        namespace: argocd
      data:
        resource.customizations.health.batch_CronJob: |
          local run = obj.status or {}
          if run.lastScheduleTime and not run.active and
              (run.lastSuccessfulTime or "") < run.lastScheduleTime then
            return {status = "Degraded", message = "the run of " .. run.lastScheduleTime .. " failed"}
          end
          return {status = "Healthy", message = ""}
END
  commit 'A job that failed is not well' &&
  git push --quiet &&
  delivered argocd
