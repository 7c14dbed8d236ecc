#!/usr/bin/env bash
# Puts git-pact on the PATH of the steps that follow.
#
# VERSION is wanted, without a `v`. If it is empty, git-pact on the PATH is good enough; if there is none, the release that
# ACTION_REF names. What is downloaded counts only with the right SHA-256: the one in SHA256, which no release can change
# later, or else the one beside the archive, which only shows that it came whole.
set -euo pipefail

fail() {
    printf '::error title=git-pact::%s\n' "$*"
    exit 1
}

# What is there, as a number.
there() {
    command -v git-pact >/dev/null || return 1
    git-pact version | head -n 1 | grep -o '[0-9][0-9A-Za-z.+-]*' | head -n 1
}

wanted=${VERSION:-}
wanted=${wanted#v}
if found=$(there) && [[ -z $wanted || $found == "$wanted" ]]; then
    printf 'git-pact %s is here already.\n' "$found"
    exit 0
fi
version=$wanted
if [[ -z $version ]]; then
    version=${ACTION_REF:-}
    version=${version#v}
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+ ]] ||
        fail "git-pact is not on the PATH: say which version to install"
fi
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]*$ ]] || fail 'version is no number of a release'
[[ -n ${ACTION_REPOSITORY:-} ]] || fail 'this action was not fetched from a repository that has releases: install git-pact before'

case "$(uname -s)-$(uname -m)" in
Linux-x86_64) target=x86_64-unknown-linux-musl ;;
Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-musl ;;
Darwin-x86_64) target=x86_64-apple-darwin ;;
Darwin-arm64) target=aarch64-apple-darwin ;;
MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
*) fail "there is no release for $(uname -s) on $(uname -m): install git-pact before" ;;
esac
archive=git-pact-$version-$target.tar.gz
from=$GITHUB_SERVER_URL/$ACTION_REPOSITORY/releases/download/v$version

scratch=$(mktemp -d "$RUNNER_TEMP/git-pact.XXXXXX")
get() {
    curl --fail --silent --show-error --location --proto '=https,file' --retry 3 --output "$scratch/$1" "$from/$1" ||
        fail "$from/$1 cannot be fetched"
}
get "$archive"
sum=${SHA256:-}
if [[ -z $sum ]]; then
    get "$archive.sha256"
    read -r sum _ <"$scratch/$archive.sha256"
fi
if command -v sha256sum >/dev/null; then
    is=$(sha256sum "$scratch/$archive")
else
    is=$(shasum -a 256 "$scratch/$archive")
fi
[[ ${is%% *} == "$(tr '[:upper:]' '[:lower:]' <<<"$sum")" ]] ||
    fail "$archive has another SHA-256 than it should have: ${is%% *}"

mkdir "$scratch/bin"
tar -xzf "$scratch/$archive" -C "$scratch/bin"
PATH=$scratch/bin:$PATH
[[ $(there) == "$version" ]] || fail "$archive holds another version"
printf '%s\n' "$scratch/bin" >>"$GITHUB_PATH"
printf 'git-pact %s is installed.\n' "$version"
