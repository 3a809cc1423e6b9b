# shellcheck shell=bash disable=SC2034,SC2154
# What is on, and microk8s status, for the stand-in of microk8s.

# In the order in which status lists them.
readonly addons=(dns hostpath-storage rbac)

# about ADDON: its description, its version, and what it is recognised by.
about() {
    case $1 in
    dns) about=('CoreDNS' 1.13.1 pod/coredns) ;;
    hostpath-storage)
        about=('Storage class; allocates storage from host directory' 1.5.0 deployment.apps/hostpath-provisioner)
        ;;
    rbac)
        about=('Role-Based Access Control for authorisation' ''
            clusterrole.rbac.authorization.k8s.io/cluster-admin)
        ;;
    *) return 1 ;;
    esac
}

has_service() { kubectl get service kubernetes >/dev/null 2>&1; }

is_ready() {
    local conditions='jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'
    has_service && [ "$(kubectl get nodes --output "$conditions" 2>/dev/null)" = True ]
}

# wait_for SECONDS CONDITION: 0 waits for ever.
wait_for() {
    local until=$((SECONDS + $1))
    until "$2"; do
        [ "$1" -eq 0 ] || [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.5
    done
}

# The addons that are on, one a line, as MicroK8s finds out: by what each brings.
enabled() {
    local rows name about
    rows=$(kubectl get pods,deployments --all-namespaces --output name; kubectl get clusterroles --output name)
    for name in "${addons[@]}"; do
        about "$name"
        # Not through a pipe: grep -q closes it early, and pipefail would then call an addon off that is on.
        if grep -q "^${about[2]}" <<<"$rows"; then echo "$name"; fi
    done
}

is_on() { grep -qx "$1" <<<"$all"; }

status_usage() {
    echo 'usage: microk8s status [-h] [--format {pretty,short,yaml}] [-w] [-t TIMEOUT] [-a ADDON] [--yaml]'
}

status_refused() {
    status_usage >&2
    echo "microk8s status: error: $1" >&2
    exit 2
}

status() {
    local wait=no timeout=0 format=pretty addon='' on=() off=() all='' ready=yes about
    need_permission
    # With 0, also where one asked it to wait.
    if is_stopped; then
        echo 'microk8s is not running, try microk8s start'
        return
    fi
    while [ $# -gt 0 ]; do
        case $1 in
        -w | --wait-ready) wait=yes ;;
        --yaml) [ "$format" != pretty ] || format=short_yaml ;;
        -h | --help)
            status_usage
            return
            ;;
        -t | --timeout | --format | -a | --addon)
            [ $# -gt 1 ] || status_refused "argument $1: expected one argument"
            set -- "--$(sed -e 's/^-*//' -e 's/^t$/timeout/' -e 's/^a$/addon/' <<<"$1")=$2" "${@:3}"
            continue
            ;;
        --timeout=*) timeout=${1#*=} ;;
        --format=*) format=${1#*=} ;;
        --addon=*) addon=${1#*=} ;;
        *) status_refused "unrecognized arguments: $1" ;;
        esac
        shift
    done
    [[ $format =~ ^(pretty|short|yaml|short_yaml)$ ]] || status_refused "argument --format: invalid choice: '$format'"
    [[ $timeout =~ ^[0-9]+$ ]] || status_refused "argument -t/--timeout: invalid int value: '$timeout'"
    if [ "$wait" = yes ]; then wait_for "$timeout" is_ready || ready=no; else is_ready || ready=no; fi
    [ "$ready" = no ] || all=$(enabled)
    for name in "${addons[@]}"; do
        if is_on "$name"; then on+=("$name"); else off+=("$name"); fi
    done
    if [ -n "$addon" ]; then
        if is_on "${addon#core/}"; then echo enabled; else echo disabled; fi
    else
        "status_$format"
    fi
    [ "$ready" = yes ]
}

not_running='microk8s is not running. Use microk8s inspect for a deeper inspection.'

status_pretty() {
    local name
    [ "$ready" = yes ] || { echo "$not_running"; return; }
    echo 'microk8s is running'
    echo 'high-availability: no'
    # MicroK8s' own store; the sandbox has etcd.
    echo '  datastore master nodes: 127.0.0.1:19001'
    echo '  datastore standby nodes: none'
    echo 'addons:'
    [ ${#on[@]} -eq 0 ] || echo '  enabled:'
    for name in "${on[@]}"; do about "$name" && printf '    %-20s # (core) %s\n' "$name" "${about[0]}"; done
    [ ${#off[@]} -eq 0 ] || echo '  disabled:'
    for name in "${off[@]}"; do about "$name" && printf '    %-20s # (core) %s\n' "$name" "${about[0]}"; done
}

status_short() {
    [ "$ready" = yes ] || { echo "$not_running"; return; }
    echo 'microk8s is running'
    echo 'addons:'
    [ ${#on[@]} -eq 0 ] || printf 'core/%s: enabled\n' "${on[@]}"
    [ ${#off[@]} -eq 0 ] || printf 'core/%s: disabled\n' "${off[@]}"
}

status_short_yaml() {
    echo 'microk8s:'
    [ "$ready" = yes ] || { printf '  running: False\n  message: %s\n' "$not_running"; return; }
    printf '  running: True\naddons:\n'
    [ ${#on[@]} -eq 0 ] || printf '  core/%s: enabled\n' "${on[@]}"
    [ ${#off[@]} -eq 0 ] || printf '  core/%s: disabled\n' "${off[@]}"
}

status_yaml() {
    local name word=True
    [ "$ready" = yes ] || word=False
    printf 'microk8s:\n  running: %s\n' "$word"
    printf 'high-availability:\n  enabled: True\n  nodes:\n    - address: 127.0.0.1:19001\n      role: voter\n'
    [ "$ready" = yes ] || { printf '  message: %s\n' "$not_running"; return; }
    echo 'addons:'
    for name in "${on[@]}" "${off[@]}"; do
        about "$name"
        if is_on "$name"; then word=enabled; else word=disabled; fi
        printf '  - name: %s\n    repository: core\n    description: %s\n    version: %s\n    status: %s\n' \
            "$name" "${about[0]}" "${about[1]}" "$word"
    done
}
