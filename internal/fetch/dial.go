package fetch

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"broadsheet/internal/errs"
)

// A Dialer connects to public addresses. It sees the address that is really connected
// to, after the name was resolved.
type Dialer struct {
	Allow      []netip.Prefix // private networks that may be connected to all the same
	AllowHosts []string       // hosts, as an address names them, that may be private
}

// DialContext connects as net.Dialer's does. Refusing an address is errs.Invalid.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if host, _, err := net.SplitHostPort(address); err != nil || !d.named(host) {
		dialer.Control = d.control
	}
	return dialer.DialContext(ctx, network, address)
}

func (d *Dialer) named(host string) bool {
	return slices.ContainsFunc(d.AllowHosts, func(h string) bool { return strings.EqualFold(strings.Trim(h, "[]"), host) })
}

func (d *Dialer) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return errs.E(errs.Invalid, "%.100q is not an address to connect to.", address)
	}
	if !d.allowed(ap.Addr().Unmap()) {
		return errs.E(errs.Invalid, "The address %s is not public, and not among the private hosts that may be asked.", ap.Addr())
	}
	return nil
}

// notPublic are the ranges that netip has no method for. RFC 6890 and successors.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

func (d *Dialer) allowed(a netip.Addr) bool {
	for _, p := range d.Allow {
		if p.Contains(a) {
			return true
		}
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
