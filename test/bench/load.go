package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A load is what many clients got in some time.
type load struct {
	count int
	took  time.Duration
	each  []time.Duration // sorted
}

func (l *load) rate() float64 { return float64(l.count) / l.took.Seconds() }

// quantile returns the time within which a share of the requests was answered.
func (l *load) quantile(share float64) time.Duration {
	if len(l.each) == 0 {
		return 0
	}
	return l.each[min(int(share*float64(len(l.each))), len(l.each)-1)]
}

// together lets clients work for a time. Do is called with the client's number
// again and again.
func together(ctx context.Context, clients int, length time.Duration, do func(client, turn int) error) (*load, error) {
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	var mu sync.Mutex
	var failed error
	all := &load{}
	var wg sync.WaitGroup
	began := time.Now()
	for client := range clients {
		wg.Go(func() {
			var mine []time.Duration
			var err error
			for turn := 0; ctx.Err() == nil && err == nil; turn++ {
				start := time.Now()
				if err = do(client, turn); err == nil {
					mine = append(mine, time.Since(start))
				}
			}
			mu.Lock()
			defer mu.Unlock()
			all.each = append(all.each, mine...)
			failed = errors.Join(failed, err)
		})
	}
	wg.Wait()
	all.took, all.count = time.Since(began), len(all.each)
	slices.Sort(all.each)
	return all, failed
}

// A line is a connection on which one request follows the other. It reads no
// more of an answer than it must, so that on a machine with few cores most of
// the time is the server's.
type line struct {
	conn net.Conn
	r    *bufio.Reader
}

func dial(ctx context.Context, address string) (*line, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &line{conn, bufio.NewReaderSize(conn, 64<<10)}, nil
}

// ask sends a request as it is and reads the answer, which must be 200 and have
// a length.
func (l *line) ask(request []byte) error {
	if _, err := l.conn.Write(request); err != nil {
		return err
	}
	length := -1
	for first := true; ; first = false {
		text, err := l.r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if first && !bytes.HasPrefix(text, []byte("HTTP/1.1 200")) {
			return fmt.Errorf("answered with %s", bytes.TrimSpace(text))
		}
		if len(text) <= 2 {
			break
		}
		if name, value, ok := bytes.Cut(text, []byte(":")); ok && bytes.EqualFold(name, []byte("Content-Length")) {
			length = 0
			for _, c := range bytes.TrimSpace(value) {
				length = length*10 + int(c-'0')
			}
		}
	}
	if length < 0 {
		return errors.New("the answer has no Content-Length")
	}
	_, err := l.r.Discard(length)
	return err
}

// request is a reader's GET as a browser sends it.
func request(address, path, cookie string) []byte {
	text := "GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n"
	if cookie != "" {
		text += "Cookie: " + cookie + "\r\n"
	}
	return []byte(text + "\r\n")
}

// get returns the answer as it comes over the wire.
func (b *bench) get(address, path string) (reply, error) {
	req, err := http.NewRequestWithContext(b.ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered with %s", path, resp.Status)
	}
	resp.Header.Del("Date")
	return reply{resp.Header, body}, err
}
