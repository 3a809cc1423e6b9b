makers=$(admin secret_makers)
test "$(grep -c ': sealed$' <<< "$makers")" -ge 10
left=$(sed -n '/: NOBODY$/p' <<< "$makers")
echo "$left"
test -z "$left"
