# shellcheck shell=bash disable=SC2154
# microk8s reset, for the stand-in of microk8s. The original deletes object by object with kubectl; here the datastore is
# emptied, and what the original leaves is put back: some kinds without a namespace, and what waits for a finalizer.

readonly removed=(CRDs PriorityClasses StorageClasses MutatingWebhookConfigurations ValidatingAdmissionPolicies
    ValidatingAdmissionPolicyBindings ValidatingWebhookConfigurations CertificateSigningRequests)
# Neither an addon's "disable" nor reset itself deletes these.
readonly kept=persistentvolumes,ingressclasses,clusterroles,clusterrolebindings

reset_usage() {
    printf "Usage: microk8s reset [OPTIONS]\nTry 'microk8s reset -h' for help.\n\nError: %s\n" "$1" >&2
    exit 2
}

# What reset leaves of these kinds, as it can be made anew.
remaining() {
    kubectl get "$kept" --selector '!kubernetes.io/bootstrapping' --output json |
        jq '.items[] | select(.metadata.name | startswith("sandbox:") | not) |
            del(.metadata | .uid, .resourceVersion, .creationTimestamp, .managedFields, .ownerReferences)'
}

# The namespaces of custom resources that somebody has to let go of, and nobody will: reset deletes programs first.
held() {
    local kinds
    kinds=$(kubectl get customresourcedefinitions --output json |
        jq --raw-output '[.items[] | select(.spec.scope == "Namespaced") | .metadata.name] | join(",")')
    [ -n "$kinds" ] || return 0
    kubectl get "$kinds" --all-namespaces --output json |
        jq --raw-output '.items[].metadata | select(.finalizers) | .namespace' | sort --unique
}

# hold NAMESPACE: it is as reset leaves it, Terminating.
hold() {
    kubectl create namespace "$1"
    kubectl create configmap held --namespace "$1"
    kubectl patch configmap held --namespace "$1" --type merge --patch '{"metadata": {"finalizers": ["sandbox/held"]}}'
    kubectl delete namespace "$1" --wait=false
}

reset() {
    local name namespaces stays stuck
    for name; do
        case $name in
        -h | --help)
            echo 'Usage: microk8s reset [OPTIONS]'
            return
            ;;
        # It destroys storage in any case.
        --destroy-storage) ;;
        -*) reset_usage "No such option: $name" ;;
        *) reset_usage "Got unexpected extra argument ($name)" ;;
        esac
    done
    if [ "$(id -u)" -ne 0 ]; then
        echo 'Elevated permissions is needed for this operation. Please run this command with sudo.'
        exit 50
    fi
    need_started
    wait_for 30 has_service || true
    namespaces=$(kubectl get namespaces --output name) || refuse 1 'the API server does not answer'
    # What the addons brought goes with them.
    kubectl delete --filename "$common/addons" --ignore-not-found --wait=false >/dev/null
    stays=$(remaining)
    stuck=$(held)
    echo 'Disabling all addons'
    printf 'Disabling addon : core/%s\n' "${addons[@]}"
    echo 'All addons are disabled.'
    echo 'Deleting the CNI'
    for name in $namespaces; do echo "Cleaning resources in namespace ${name#*/}"; done
    printf 'Removing %s\n' "${removed[@]}"
    for name in $namespaces; do
        [[ $name =~ /(default|kube-public|kube-system|kube-node-lease)$ ]] || echo "Removing $name"
    done
    echo 'Restarting cluster'
    stop
    rm -rf "$data/var/etcd" "$common/default-storage"
    sed -i 's/^--authorization-mode=.*/--authorization-mode=AlwaysAllow/' "$data/args/kube-apiserver"
    start
    wait_for 30 has_service || true
    {
        [ -z "$stays" ] || kubectl create -f - <<<"$stays"
        for name in $stuck; do hold "$name"; done
    } >/dev/null
    echo 'Setting up the CNI'
}
