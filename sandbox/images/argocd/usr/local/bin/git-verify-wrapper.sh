#!/bin/sh
# Says what git has to say of the signature of a commit or an annotated tag. That there is none, or a
# bad one, is an answer; of a tag without one there is nothing to say.
revision=${1:?the revision is missing}
kind=commit
if git describe --exact-match "$revision" >/dev/null 2>&1; then
    kind=tag
fi
said=$(git "verify-$kind" "$revision" 2>&1)
code=$?
if [ "$code" -gt 1 ]; then
    printf '%s\n' "$said" >&2
    exit "$code"
fi
case "$kind:$code:$said" in
tag:1:error*) said= ;;
esac
printf '%s\n' "$said"
