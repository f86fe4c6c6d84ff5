// Package fetch gets things from other people's servers without trusting them.
//
// A [Client] asks for http and https addresses only, gives up after a time, a size
// and a number of redirects, and does not connect to private, loopback or link-local
// addresses, however a name resolves at the moment of the connection, so that nobody
// can make this server speak to its own neighbours. A [Dialer] makes connections of
// other kinds by the same rule.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"broadsheet/internal/errs"
)

// Options are the limits of a Client. Zero values mean the defaults.
type Options struct {
	MaxBytes     int64          // of one answer; default 256 MiB
	Timeout      time.Duration  // of one request with its answer; default 5 minutes
	MaxRedirects int            // default 5
	Allow        []netip.Prefix // private networks that may be asked all the same
	AllowHosts   []string       // hosts, as an address names them, that may be private
	Agent        string         // User-Agent
	Roots        *x509.CertPool // of TLS; nil: the system's
}

// A Client fetches. It is safe for concurrent use.
type Client struct {
	http *http.Client
	opts Options
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
	c := &Client{opts: o}
	dialer := &Dialer{Allow: o.Allow, AllowHosts: o.AllowHosts}
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
			TLSClientConfig:        &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
		},
	}
	return c
}

// Close closes the connections that wait for another request.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// A Response is an answer. Body must be closed; reading more than the client's limit
// from it is an error.
type Response struct {
	Body        io.ReadCloser
	ContentType string
	Size        int64 // -1 when the server did not say
	URL         string
	Header      http.Header
	Unchanged   bool // the server answered 304 to a condition; Body is empty
}

// Get asks for an address. An error of kind errs.Invalid or errs.NotFound will be the
// same tomorrow: the address is wrong or refused. Any other may pass.
func (c *Client) Get(ctx context.Context, address string) (*Response, error) {
	return c.Ask(ctx, address, nil)
}

// Ask is Get with headers, such as a condition or a password. A redirect to another
// host does not carry the password there.
func (c *Client) Ask(ctx context.Context, address string, header http.Header) (*Response, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, errs.E(errs.Invalid, "%.200q is not an http or https address.", address)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, errs.E(errs.Invalid, "%.200q is not an http or https address.", address)
	}
	maps.Copy(req.Header, header)
	req.Header.Set("User-Agent", c.opts.Agent)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, describe(u.Host, err)
	}
	if err := c.check(resp); err != nil {
		return nil, errors.Join(err, resp.Body.Close())
	}
	body := &limited{ReadCloser: resp.Body, left: c.opts.MaxBytes, max: c.opts.MaxBytes}
	return &Response{
		Body: body, ContentType: resp.Header.Get("Content-Type"), Size: resp.ContentLength, URL: resp.Request.URL.String(),
		Header: resp.Header, Unchanged: resp.StatusCode == http.StatusNotModified,
	}, nil
}

func (c *Client) check(resp *http.Response) error {
	host := resp.Request.URL.Host
	switch {
	case resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone:
		return errs.E(errs.NotFound, "%s has no such file (%s).", host, resp.Status)
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500:
		return &Busy{Host: host, Status: resp.Status, After: retryAfter(resp.Header.Get("Retry-After"), time.Now())}
	case resp.StatusCode == http.StatusNotModified && conditional(resp.Request):
		return nil
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

// A Busy is an answer that asks to come back later: 429, or a fault of the server.
type Busy struct {
	Host, Status string
	After        time.Duration // from Retry-After; 0 when the server did not say
}

func (b *Busy) Error() string { return b.Host + " answered " + b.Status }

// maxRetryAfter bounds what a server can ask for.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads the header of RFC 9110, 10.2.3: seconds or a date.
func retryAfter(value string, now time.Time) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.Atoi(value); err == nil {
		wait = time.Duration(min(seconds, int(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}

func conditional(r *http.Request) bool {
	return r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != ""
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
