admin kubectl delete validatingadmissionpolicybinding images-we-built &&
  admin kubectl wait validatingadmissionpolicybinding/images-we-built \
    --for=create --timeout=60s
