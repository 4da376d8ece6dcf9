#!/usr/bin/env bash
# usage: tests/lab/repository.sh FOLDER PACKAGE…
# Makes a repository for apt in FOLDER, of packages from the guest image's Debian that the image does not have. What they need must be in the image.
# Nobody signs it. The mirror is that of image/build.
set -o errexit -o nounset -o pipefail

folder=$1
shift
mkdir -p "$folder"
# shellcheck source=/dev/null
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../image/build"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{state/lists/partial,cache/archives/partial}
from=${LVS_LAB_DEBIAN_MIRROR:-$(mirror Debian)}
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [arch=$ARCH signed-by=$keys] ${from:-http://deb.debian.org/debian} $SUITE main" >"$work/sources.list"
options=(-qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State=$work/state"
  -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
apt-get "${options[@]}" update
cd "$folder"
apt-get "${options[@]}" download "$@"
for deb in *.deb; do
  dpkg-deb --field "$deb"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum <"$deb" | cut -c1-64)"
done >Packages
