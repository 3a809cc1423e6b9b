winget install --exact --id Canonical.Multipass
