#!/bin/sh
# Stands in for `microk8s` on a cluster that is not MicroK8s. It changes nothing: `enable` asks the
# cluster whether it already does what the addon is for, and fails where it does not.
# The provider puts it on the reader's PATH and names the cluster's kubeconfig file in GUIDE_ACCESS,
# whatever the reader's KUBECONFIG is meanwhile.
set -eu
export KUBECONFIG="${GUIDE_ACCESS:?}"

refuse() {
    printf 'microk8s stand-in: %s\n' "$1" >&2
    exit "${2:-1}"
}

# Whether the cluster does what the addon is for.
has() {
    case $1 in
    dns) kubectl --namespace kube-system get service kube-dns >/dev/null ;;
    # That the API knows RBAC says nothing about who is let in: somebody unknown must be kept out.
    rbac) [ "$(kubectl auth can-i get secrets --all-namespaces --as gitops-guide:nobody 2>/dev/null || true)" = no ] ;;
    hostpath-storage | storage)
        kubectl get storageclass --output \
            'jsonpath={.items[*].metadata.annotations.storageclass\.kubernetes\.io/is-default-class}' | grep -q true
        ;;
    *) refuse "it knows no addon '$1'" 64 ;;
    esac
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
kubectl) exec kubectl "$@" ;;
config) exec cat "$KUBECONFIG" ;;
enable)
    [ $# -gt 0 ] || refuse "enable needs an addon" 64
    for addon; do
        name=${addon%%:*}
        has "$name" || refuse "this cluster lacks what the addon '$name' brings; set it up there, or take another cluster"
        printf 'microk8s stand-in: this cluster already has what the addon %s brings\n' "$name"
    done
    ;;
status)
    timeout=300
    while [ $# -gt 0 ]; do
        case $1 in
        -t | --timeout)
            timeout=${2:?}
            shift
            ;;
        --timeout=*) timeout=${1#*=} ;;
        esac
        shift
    done
    kubectl wait --for=condition=Ready node --all --timeout="${timeout}s" >/dev/null ||
        refuse "a node of this cluster is not Ready"
    # The words that the reader's step looks for; whose they are is said beside them.
    printf 'microk8s is running\n'
    printf 'microk8s stand-in: that is, the nodes of this cluster are Ready\n' >&2
    ;;
*) refuse "'$command' makes no sense on a cluster that is not MicroK8s" 64 ;;
esac
