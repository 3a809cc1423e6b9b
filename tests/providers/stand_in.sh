#!/bin/sh
# Stand-ins for sudo, sg, snap, microk8s and what goes with them: they record the call and answer as the
# real ones do. See stand_in.py, which does the same for the two that need more than a shell.
#
# Usage: stand_in.sh TOOL ARGUMENT…
#
# Exit codes of snap: 0, 1, and 10 for another change of the snap that is in progress. `microk8s status`
# ends with 1 when MicroK8s is not ready, and with 0 when it was stopped.
set -eu
world=$STAND_IN
{
    printf '%s\037' "$@"
    printf '\036'
} >>"$world/calls"

asked() { [ -e "$world/$1" ]; }
installed() { [ -L "$world/snap/$1/current" ]; }
fail() {
    printf '%s\n' "$1" >&2
    exit "${2:-1}"
}

snap() {
    verb=$1
    shift
    if asked no-snapd; then
        fail 'error: cannot list snaps: cannot communicate with server: Get "http://localhost/v2/snaps": dial unix /run/snapd.socket: connect: no such file or directory'
    fi
    case $verb in
    list)
        found=
        for name; do
            installed "$name" || continue
            [ -n "$found" ] || echo 'Name  Version  Rev  Tracking  Publisher  Notes'
            found=yes
            echo "$name  v1.36.1  8234  1.36/stable  canonical✓  classic"
        done
        [ -n "$found" ] || fail 'error: no matching snaps installed'
        ;;
    install)
        name=$1
        if installed "$name"; then
            echo "snap \"$name\" is already installed, see 'snap help refresh'" >&2
            exit 0
        fi
        if asked snap-install-fails; then
            fail "error: unable to contact snap store, cannot install \"$name\""
        fi
        if asked snap-install-hangs; then
            : >"$world/hanging"
            sleep 120
        fi
        mkdir -p "$world/snap/$name" "$world/var/snap/$name/common"
        ln -s 8234 "$world/snap/$name/current"
        echo "$name (1.36/stable) v1.36.1 from Canonical✓ installed"
        ;;
    remove)
        name=$2
        [ "$1" = --purge ]
        if asked snap-busy; then
            rm "$world/snap-busy"
            fail "error: snap \"$name\" has \"install-snap\" change in progress" 10
        fi
        if ! installed "$name"; then
            echo "snap \"$name\" is not installed" >&2
            exit 0
        fi
        if asked snap-remove-fails; then
            fail "error: cannot perform the following tasks: - Remove data of \"$name\""
        fi
        rm -rf "${world:?}/snap/$name" "$world/var/snap/$name"
        echo "$name removed"
        ;;
    *) fail "error: unknown command $verb" 64 ;;
    esac
}

tool=$1
shift
case $tool in
sudo)
    if asked sudo-asks-password; then fail 'sudo: a password is required'; fi
    [ "$1" != -n ] || shift
    exec "$@"
    ;;
sg)
    [ "$2" = -c ]
    export STAND_IN_GROUP="$1"
    exec /bin/sh -c "$3"
    ;;
snap) snap "$@" ;;
microk8s)
    [ "$1" = status ] || fail "$1 is not a MicroK8s command."
    if asked never-ready; then
        echo 'microk8s is not running. Use microk8s inspect for a deeper inspection.'
        exit 1
    elif asked stopped; then
        echo 'microk8s is not running, try microk8s start'
    else
        printf 'microk8s is running\nhigh-availability: no\naddons:\n  enabled:\n    ha-cluster\n'
    fi
    ;;
journalctl) echo 'kubelite: node not ready: container runtime network not ready' ;;
usermod | update-ca-certificates) ;;
*) fail "no stand-in for $tool" 64 ;;
esac
