undo 'cert-manager v1.21.222' > /dev/null && delivered cert-manager
