folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/lists/partial"
touch "$folder/Packages"
cat > "$folder/Release" <<END
Date: $(date --utc --rfc-email)
SHA256:
 $(sha256sum < "$folder/Packages" | cut --delimiter=' ' --fields=1) 0 Packages
END
echo "deb [trusted=yes] file:$folder ./" > "$folder/sources"
said=$(faketime '2 hours ago' apt-get update --option Acquire::Check-Date=true \
  --option Dir::Etc::SourceList="$folder/sources" --option Dir::Etc::SourceParts=/dev/null \
  --option Dir::State::Lists="$folder/lists" 2>&1 || true)
echo "$said"
grep 'Release file for .* is not valid yet (invalid for another 1h 59min' <<< "$said"
