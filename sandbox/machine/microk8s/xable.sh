# shellcheck shell=bash disable=SC2034,SC2154
# microk8s enable and disable, for the stand-in of microk8s: which addons are meant, and whether there is something to do.

# MicroK8s' other addons.
readonly elsewhere=" cert-manager cis-hardening community gpu ha-cluster helm helm3 host-access ingress kube-ovn mayastor
 metallb metrics-server minio nvidia observability prometheus rook-ceph storage "

# parse WORD: into repository, name and argument, as in core/dns:1.1.1.1.
parse() {
    argument=''
    name=${1%%:*}
    [[ $1 != *:* ]] || argument=${1#*:}
    case $name in
    */*/*)
        echo "Invalid addon name $name"
        exit 1
        ;;
    */*) repository=${name%/*} name=${name#*/} ;;
    *)
        repository=core
        [[ $elsewhere != *[[:space:]]"$name"[[:space:]]* ]] ||
            refuse 69 "the addon $name is not here; there are ${addons[*]}"
        if ! about "$name"; then
            echo "Addon $name was not found in any repository" >&2
            exit 1
        fi
        echo "Infer repository core for addon $name" >&2
        ;;
    esac
}

# xable enable|disable WORD…: several addons, each with an argument behind a colon, or one with arguments of its own.
xable() {
    local action=$1 all known=yes word repository name argument about
    shift
    need_permission
    if [ $# -eq 0 ]; then
        printf "Usage: microk8s %s [OPTIONS] ADDONS...\nTry 'microk8s %s -h' for help.\n\n" "$action" "$action" >&2
        echo "Error: Missing argument 'ADDONS...'." >&2
        exit 2
    fi
    for word; do
        case $word in
        -h | --help)
            echo "Usage: microk8s $action [OPTIONS] ADDONS..."
            return
            ;;
        esac
        word=${word%%:*}
        about "${word#core/}" || known=no
    done
    need_started
    wait_for 30 has_service || true
    # What is on already is asked once, before the first one changes it.
    all=$(enabled)
    if [ "$known" = no ]; then
        parse "$1"
        shift
        if [ -n "$argument" ] && [ $# -gt 0 ]; then
            echo "Can't pass string arguments and flag arguments simultaneously!"
            echo 'Enable or disable addons with only one argument style at a time:'
            printf "\n    microk8s enable foo:'bar'\nor\n    microk8s enable foo --bar\n\n"
            exit 1
        fi
        [ -z "$argument" ] || set -- "$argument"
        xable_one "$@"
        return
    fi
    for word; do parse "$word"; done
    if [ $# -gt 1 ]; then
        echo 'WARNING: Do not enable or disable multiple addons in one command.'
        echo '         This form of chained operations on addons will be DEPRECATED in the future.'
        echo "         Please, $action one addon at a time: 'microk8s $action <addon>'"
    fi
    for word; do
        # It has said which repository already.
        parse "core/${word#core/}"
        if [ -n "$argument" ]; then xable_one "$argument"; else xable_one; fi
    done
}

# xable_one ARGUMENT…: does $action to $repository/$name.
xable_one() {
    if [ "$repository" != core ] || ! about "$name"; then
        echo "Addon $repository/$name not found"
    elif [ "$action" = enable ] && is_on "$name"; then
        echo "Addon core/$name is already enabled"
    elif [ "$action" = disable ] && ! is_on "$name"; then
        echo "Addon core/$name is already disabled"
    else
        wait_for 30 has_service || true
        "${action}_$name" "$@"
        wait_for 30 has_service || true
    fi
}
