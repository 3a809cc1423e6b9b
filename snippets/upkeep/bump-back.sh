undo 'Gitea with more memory' > /dev/null && delivered gitea
