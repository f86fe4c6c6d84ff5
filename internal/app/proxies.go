package app

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"broadsheet/internal/web"
)

// believeProxies sets the remote address of a request that came through one of
// the given proxies to that of the client. Of the addresses in X-Forwarded-For
// it takes the last that is not a proxy's: those before it are the client's
// word.
func believeProxies(proxies []string) web.Middleware {
	var trusted []netip.Prefix
	for _, p := range proxies {
		if prefix, err := netip.ParsePrefix(p); err == nil {
			trusted = append(trusted, prefix.Masked())
		} else if addr, err := netip.ParseAddr(p); err == nil {
			trusted = append(trusted, netip.PrefixFrom(addr, addr.BitLen()))
		}
	}
	ours := func(a netip.Addr) bool {
		for _, p := range trusted {
			if p.Contains(a.Unmap()) {
				return true
			}
		}
		return false
	}
	return func(next http.Handler) http.Handler {
		if len(trusted) == 0 {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && ours(peer.Addr()) {
				if client, ok := forwarded(r.Header.Values("X-Forwarded-For"), ours); ok {
					r.RemoteAddr = netip.AddrPortFrom(client, 0).String()
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

func forwarded(headers []string, ours func(netip.Addr) bool) (client netip.Addr, ok bool) {
	hops := strings.Split(strings.Join(headers, ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return client, ok
		}
		if client, ok = addr, true; !ours(addr) {
			return client, true
		}
	}
	return client, ok
}
