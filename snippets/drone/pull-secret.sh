admin registry_secret drone-builds registry node read:package
