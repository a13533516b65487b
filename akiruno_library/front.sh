#!/bin/sh
# Starts nginx behind as many proxies as TRUSTED_PROXIES says (nginx itself is one of them).
set -eu
proxies=${TRUSTED_PROXIES:-1}
case $proxies in
    [1-5]) ;;
    *) echo "TRUSTED_PROXIES must be 1 (nginx alone) to 5: $proxies" >&2; exit 1 ;;
esac
sed "s/geo \$proxies_before { default 0; }/geo \$proxies_before { default $((proxies - 1)); }/" \
    "/etc/nginx/nginx.conf" > /tmp/nginx.conf
exec nginx -c /tmp/nginx.conf -g "daemon off;"
