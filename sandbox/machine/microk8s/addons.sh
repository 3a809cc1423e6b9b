# shellcheck shell=bash disable=SC2154
# What each addon does when it is switched on and off, for the stand-in of microk8s.

no_arguments() { [ $# -eq 0 ] || refuse 69 "$action $name takes no arguments here: $*"; }

has_dns_pod() { [ -n "$(kubectl get pods --namespace kube-system --selector k8s-app=kube-dns --output name)" ]; }

enable_dns() {
    no_arguments "$@"
    echo 'Enabling DNS'
    echo 'Using host configuration from /etc/resolv.conf'
    echo 'Applying manifest'
    kubectl apply -f "$common/addons/dns.yaml"
    # MicroK8s waits for five seconds: status knows the addon by its pod.
    wait_for 30 has_dns_pod || true
    echo "CoreDNS service deployed with IP address $(kubectl get service kube-dns --namespace kube-system --output 'jsonpath={.spec.clusterIP}')"
    echo 'DNS is enabled'
}

disable_dns() {
    no_arguments "$@"
    echo 'Disabling DNS'
    echo 'Reconfiguring kubelet'
    echo 'Removing DNS manifest'
    kubectl delete deployment coredns --namespace kube-system --wait
    kubectl wait pod --selector=k8s-app=kube-dns --for=delete --namespace kube-system --timeout=60s
    kubectl delete -f "$common/addons/dns.yaml" --ignore-not-found
    echo 'DNS is disabled'
}

enable_hostpath-storage() {
    no_arguments "$@"
    echo 'Enabling default storage class.'
    echo 'WARNING: Hostpath storage is not suitable for production environments.'
    echo '         A hostpath volume can grow beyond the size limit set in the volume claim manifest.'
    echo
    kubectl apply -f "$common/addons/hostpath-storage.yaml"
    echo 'Storage will be available soon.'
}

disable_hostpath-storage() {
    local confirm=''
    echo 'Disabling hostpath storage.'
    kubectl delete -f "$common/addons/hostpath-storage.yaml"
    echo 'Storage removed.'
    if [ "${1:-}" != destroy-storage ]; then
        read -r -p "Remove PVC storage at $common/default-storage ? (Y/N): " confirm || true
        [[ ${confirm,,} =~ ^(y|yes)$ ]] || exit 1
    fi
    sudo rm -rf "$common/default-storage"
    echo 'Storage space reclaimed.'
}

# authorize MODE: what decides who may do what; only a new start of the API server makes it count.
authorize() {
    grep -q -- "^--authorization-mode=$1\$" "$data/args/kube-apiserver" && return
    sudo sed -i "s/^--authorization-mode=.*/--authorization-mode=$1/" "$data/args/kube-apiserver"
    [ "$action" = disable ] || echo 'Restarting apiserver'
    sudo "$0" restart-kubelite
}

enable_rbac() {
    # It takes no notice of arguments.
    echo 'Enabling RBAC'
    echo 'Reconfiguring apiserver'
    authorize RBAC,Node
    echo 'RBAC is enabled'
}

disable_rbac() {
    local kind
    echo 'Disabling RBAC'
    echo 'Reconfiguring apiserver'
    authorize AlwaysAllow
    wait_for 30 has_service
    echo 'Removing default RBAC resources'
    for kind in rolebindings roles clusterrolebindings clusterroles; do
        kubectl delete "$kind" --all-namespaces --selector kubernetes.io/bootstrapping=rbac-defaults
    done
    echo 'RBAC is disabled'
}
