attack 'Ask for the key' <<'END'
kind: pipeline
type: kubernetes
name: attack
steps:
  - name: attack
    image: THE-ONE-THAT-CLONES
    environment:
      COSIGN_KEY:
        from_secret: cosign_key
    commands:
      - test -z "$COSIGN_KEY"
END
