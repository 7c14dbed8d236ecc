#!/bin/sh
# Makes the file system of the image: root.sh DIRECTORY. git with its helpers for http and ssh, a shell,
# without which git starts no helper, whom to trust, and the libraries that these are linked with.
set -eu

image=$1

# Copies a file, and the libraries that it needs, to where they are here.
take() {
    for file in "$1" $(ldd "$1" 2>/dev/null | grep -o '/[^ ]*' || true); do
        mkdir -p "$image${file%/*}"
        # Whatever it is a link to: the image has no use for two names.
        cp -L -n "$file" "$image$file"
    done
}

mkdir -p "$image/usr/bin" "$image/usr/lib/git-core"
for program in /usr/bin/git /usr/lib/git-core/git-remote-http /usr/bin/ssh /usr/bin/dash; do
    take "$program"
done
# Names are looked up by libraries that nothing is linked with.
for library in /lib/*/libnss_dns.so.2 /lib/*/libnss_files.so.2; do
    if [ -e "$library" ]; then take "$library"; fi
done
ln -s git-remote-http "$image/usr/lib/git-core/git-remote-https"
for name in git-receive-pack git-upload-archive git-upload-pack; do
    ln -s git "$image/usr/bin/$name"
done
ln -s ../usr/bin/dash "$image/usr/bin/sh"
[ -e "$image/bin" ] || ln -s usr/bin "$image/bin"

mkdir -p "$image/etc/ssl/certs" "$image/var/lib/git-pact" "$image/store" "$image/tmp"
cp -L /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
chmod 1777 "$image/tmp"
chown 65532:65532 "$image/var/lib/git-pact" "$image/store"
# ssh wants to know who it is.
printf 'git-pact:x:65532:65532:git-pact:/var/lib/git-pact:/usr/bin/sh\n' >"$image/etc/passwd"
printf 'git-pact:x:65532:\n' >"$image/etc/group"
printf 'hosts: files dns\n' >"$image/etc/nsswitch.conf"
# A volume belongs to whoever made it. There is one store here, and it is the one that is meant.
printf '[safe]\n\tdirectory = /store\n' >"$image/etc/gitconfig"
