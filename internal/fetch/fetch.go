// Package fetch gets things from other people's servers without trusting them.
//
// A [Client] asks for http and https addresses only, gives up after a time, a size
// and a number of redirects, and does not connect to private, loopback or link-local
// addresses, however a name resolves at the moment of the connection, so that nobody
// can make this server speak to its own neighbours.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"broadsheet/internal/errs"
)

// Options are the limits of a Client. Zero values mean the defaults.
type Options struct {
	MaxBytes     int64          // of one answer; default 256 MiB
	Timeout      time.Duration  // of one request with its answer; default 5 minutes
	MaxRedirects int            // default 5
	Allow        []netip.Prefix // private networks that may be asked all the same
	Agent        string         // User-Agent
}

// A Client fetches. It is safe for concurrent use.
type Client struct {
	http  *http.Client
	opts  Options
	guard guard
}

// New returns a client.
func New(o Options) *Client {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 256 << 20
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Minute
	}
	if o.MaxRedirects <= 0 {
		o.MaxRedirects = 5
	}
	if o.Agent == "" {
		o.Agent = "Broadsheet"
	}
	c := &Client{opts: o, guard: guard{allow: o.Allow}}
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: c.guard.control}
	c.http = &http.Client{
		Timeout:       o.Timeout,
		CheckRedirect: c.redirect,
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy would resolve names for us, past the guard
			DialContext:            dialer.DialContext,
			TLSHandshakeTimeout:    10 * time.Second,
			ResponseHeaderTimeout:  30 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost:    4,
			IdleConnTimeout:        30 * time.Second,
			ForceAttemptHTTP2:      true,
		},
	}
	return c
}

// A Response is an answer. Body must be closed; reading more than the client's limit
// from it is an error.
type Response struct {
	Body        io.ReadCloser
	ContentType string
	Size        int64 // -1 when the server did not say
	URL         string
}

// Get asks for an address. An error of kind errs.Invalid or errs.NotFound will be the
// same tomorrow: the address is wrong or refused. Any other may pass.
func (c *Client) Get(ctx context.Context, address string) (*Response, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, errs.E(errs.Invalid, "%.200q is not an http or https address.", address)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, errs.E(errs.Invalid, "%.200q is not an http or https address.", address)
	}
	req.Header.Set("User-Agent", c.opts.Agent)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, describe(u.Host, err)
	}
	if err := c.check(resp); err != nil {
		return nil, errors.Join(err, resp.Body.Close())
	}
	body := &limited{ReadCloser: resp.Body, left: c.opts.MaxBytes, max: c.opts.MaxBytes}
	return &Response{Body: body, ContentType: resp.Header.Get("Content-Type"), Size: resp.ContentLength, URL: resp.Request.URL.String()}, nil
}

func (c *Client) check(resp *http.Response) error {
	host := resp.Request.URL.Host
	switch {
	case resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone:
		return errs.E(errs.NotFound, "%s has no such file (%s).", host, resp.Status)
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500:
		return fmt.Errorf("%s answered %s", host, resp.Status)
	case resp.StatusCode != http.StatusOK:
		return errs.E(errs.Invalid, "%s answered %s.", host, resp.Status)
	case resp.ContentLength > c.opts.MaxBytes:
		return tooLarge(c.opts.MaxBytes)
	}
	return nil
}

func tooLarge(limit int64) error {
	return errs.E(errs.Invalid, "The file is larger than %d MiB.", limit>>20)
}

func (c *Client) redirect(req *http.Request, via []*http.Request) error {
	if len(via) > c.opts.MaxRedirects {
		return errs.E(errs.Invalid, "%s redirects more than %d times.", via[0].URL.Host, c.opts.MaxRedirects)
	}
	if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return errs.E(errs.Invalid, "%s redirects to an address that is neither http nor https.", via[0].URL.Host)
	}
	return nil
}

// describe keeps an error of our own, and says the rest in one line.
func describe(host string, err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e
	}
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return fmt.Errorf("%s did not answer in time: %w", host, err)
	}
	return fmt.Errorf("ask %s: %w", host, err)
}

// A guard refuses connections to addresses that are not public. It sees the address
// that is really connected to, after the name was resolved.
type guard struct{ allow []netip.Prefix }

func (g guard) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return errs.E(errs.Invalid, "%.100q is not an address to connect to.", address)
	}
	if !g.allowed(ap.Addr().Unmap()) {
		return errs.E(errs.Invalid, "The address %s is not public, and not in the configuration's list of private networks that may be asked.", ap.Addr())
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

func (g guard) allowed(a netip.Addr) bool {
	for _, p := range g.allow {
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

// limited is a body that fails instead of ending when it is too long.
type limited struct {
	io.ReadCloser
	left, max int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, tooLarge(l.max)
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.ReadCloser.Read(p)
	l.left -= int64(n)
	if l.left < 0 {
		return n, tooLarge(l.max)
	}
	return n, err
}
