#!/bin/sh
# Makes src/custody/page/vendor/noble.js again from the locked packages; needs npm and a network.
# The same bytes come out every time; tests/page/test_build.py holds their SHA-256. The lock names
# hashes only: npm asks whichever registry it is set up for.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
out="$here/../../../src/custody/page/vendor"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/vendored.js" "$work"
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund >&2
node_modules/.bin/esbuild vendored.js --bundle --format=iife --global-name=noble \
    --platform=browser --target=es2022 --charset=utf8 --legal-comments=none --log-level=warning \
    --outfile=bundled.js
cp node_modules/@noble/post-quantum/LICENSE "$out/LICENSE-noble-post-quantum.txt"
cp node_modules/@noble/hashes/LICENSE "$out/LICENSE-noble-hashes.txt"
{
    echo "/*"
    echo "@noble/post-quantum 0.7.1 and @noble/hashes 2.4.0, bundled unchanged; each under this licence:"
    echo
    cat node_modules/@noble/post-quantum/LICENSE
    echo
    cat node_modules/@noble/hashes/LICENSE
    echo "*/"
    cat bundled.js
    echo "export { noble };"
} > "$out/noble.js"
