# shellcheck shell=bash disable=SC2154
# microk8s refresh-certs, for the stand-in of microk8s.

refresh_usage() {
    printf 'Usage: refresh_certs.py [OPTIONS] [CA_DIR]\n\nError: %s\n' "$1" >&2
    exit 2
}

refresh_certs() {
    local folder='' undo='' check='' cert='' chosen
    while [ $# -gt 0 ]; do
        case $1 in
        -u | --undo) undo=yes ;;
        -c | --check) check=yes ;;
        -e | --cert)
            [ $# -gt 1 ] || refresh_usage "Option '$1' requires an argument."
            cert=$2
            shift
            ;;
        --cert=*) cert=${1#*=} ;;
        -*) refresh_usage "No such option: $1" ;;
        *)
            [ -z "$folder" ] || refresh_usage "Got unexpected extra argument ($1)"
            folder=$1
            ;;
        esac
        shift
    done
    case $cert in
    '' | ca.crt | server.crt | front-proxy-client.crt) ;;
    *) refresh_usage "Invalid value for '-e' / '--cert': '$cert' is not one of 'ca.crt', 'server.crt', 'front-proxy-client.crt'." ;;
    esac
    [ -z "$folder" ] || [ -e "$folder" ] ||
        refresh_usage "Invalid value for '[CA_DIR]': Path '$folder' does not exist."
    chosen="${undo:+1}${check:+1}${cert:+1}"
    if [ -n "$folder" ] && [ -n "$chosen" ]; then
        echo 'Please do not set any options in combination with the CA_DIR.'
        exit 1
    elif [ ${#chosen} -gt 1 ]; then
        echo 'Please select only one of the options -c, -u or -e.'
        exit 2
    elif [ "$(id -u)" -ne 0 ]; then
        echo 'Elevated permissions is needed for this operation. Please run this command with sudo.'
        exit 50
    fi
    if [ -n "$check" ]; then
        days_left ca.crt CA
        days_left server.crt server
        days_left front-proxy-client.crt 'front proxy client'
    elif [ -n "$undo" ]; then
        undo_refresh
    elif [ -n "$folder" ]; then
        refuse 64 'refresh-certs takes no folder here'
    elif [ -z "$cert" ]; then
        printf '%s\n' "Please use the '--cert' flag to select the certificate you need refreshed." '' \
            'Available certificate options:' \
            "'server.crt': refreshes the server certificate" \
            "'front-proxy-client.crt': refreshes the front proxy client certificate" \
            "'ca.crt': refreshes the root CA and all certificates created from it." \
            '            Warning: refreshing the root CA requires nodes to leave and re-join the cluster'
        exit 3
    else
        refresh_one "$cert"
    fi
}

days_left() {
    local ends
    ends=$(openssl x509 -noout -enddate -in "$data/certs/$1" | cut -d= -f2)
    echo "The $2 certificate will expire in $((($(date --date="$ends" +%s) - $(date +%s)) / 86400)) days."
}

undo_refresh() {
    if ! [ -d "$data/certs-backup" ]; then
        echo 'No previous backup found'
        exit 1
    fi
    cp --recursive --preserve "$data/certs-backup/certs" "$data/certs-backup/credentials" "$data/"
    echo 'Restarting, please wait.'
    stop
    start
}

# refresh_one CERTIFICATE: the machine's first process makes it, and starts Kubernetes anew.
refresh_one() {
    echo "Taking a backup of the current certificates under $data/certs-backup/"
    mkdir -p "$data/certs-backup"
    cp --recursive --preserve "$data/certs" "$data/credentials" "$data/certs-backup/"
    echo 'Creating new certificates'
    echo "$1" >/run/microk8s.order
    order HUP 'starting running stopped'
    if [ "$1" = ca.crt ]; then
        # What the function returns reaches the terminal.
        echo 1
        echo 'Creating new kubeconfig file'
    fi
    echo 'Restarting service kubelite.'
    [ "$1" = front-proxy-client.crt ] || echo 'Restarting service cluster-agent.'
    if [ "$1" = ca.crt ]; then
        printf '\n%s\n%s %s\n\n' \
            'The CA certificates have been replaced. Kubernetes will restart the pods of your workloads.' \
            'Any worker nodes you may have in your cluster need to be removed and' \
            're-joined to become aware of the new CA.'
    fi
}
