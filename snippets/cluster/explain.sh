kubectl explain deployment.spec.replicas
